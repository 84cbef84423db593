"""The editor of rules: what is typed is drawn, and what is saved stands in the draft's text and nowhere else."""

import difflib
import re

import pytest
import pytest_asyncio

from core.audit import SYSTEM
from scoring.method_specs import common, methods
from scoring.operations.drafts import create_draft, save_draft
from scoring.queries.drafts import draft
from tests.cast import Cast
from tests.factories import SMALL_BOOK
from tests.web.reader import Reader, inspected
from tests.web.test_tree_pages import tree_book
from web.sentences.editor import CHOICES

DIRECTIONS = ("higher", "lower")
KPI = "/drafts/{id}/editor?card=storefront&kpi=SAT"


@pytest_asyncio.fixture
async def flat(cast: Cast) -> int:
    """A draft of the small company's rules."""
    return await create_draft(name="明年的规则", text=SMALL_BOOK.read_text(encoding="utf-8"), actor=SYSTEM)


@pytest_asyncio.fixture
async def grown(cast: Cast) -> int:
    """A draft whose halls have a tree."""
    return await create_draft(name="树", text=tree_book(), actor=SYSTEM)


def form_of(html: str, action: str) -> dict[str, str]:
    """Return the fields of a form as they stand on the page."""
    form = re.search(rf'<form[^>]*action="{action}".*?</form>', html, re.DOTALL)
    assert form is not None
    fields = dict(re.findall(r'<input[^>]*name="([^"]+)" value="([^"]*)"', form[0]))
    fields |= dict(re.findall(r'<input[^>]*id="[^"]*" name="([^"]+)"[^>]*value="([^"]*)"', form[0]))
    for name, inside in re.findall(r'<select[^>]*name="([^"]+)".*?>(.*?)</select>', form[0], re.DOTALL):
        chosen = re.search(r'value="([^"]*)" selected', inside)
        fields[name] = chosen[1] if chosen else ""
    return fields


async def test_an_untouched_form_changes_not_one_byte(reader: Reader, flat: int) -> None:
    await reader.sign_in("sulan")
    before = (await draft(flat)).text
    sent = form_of(await reader.read(KPI.format(id=flat)), f"/drafts/{flat}/editor/kpi")
    answer = await reader.post(f"/drafts/{flat}/editor/kpi", data=sent)
    assert "已保存到草案" in inspected(answer)
    assert (await draft(flat)).text == before


async def test_a_cap_that_is_typed_is_the_only_line_that_changes(reader: Reader, flat: int) -> None:
    await reader.sign_in("sulan")
    before = (await draft(flat)).text
    sent = form_of(await reader.read(KPI.format(id=flat)), f"/drafts/{flat}/editor/kpi")
    await reader.post(f"/drafts/{flat}/editor/kpi", data={**sent, "p.cap": "111"})
    after = (await draft(flat)).text
    changed = [line for line in difflib.ndiff(before.split("\n"), after.split("\n")) if line[0] in "+-"]
    assert len(changed) <= 2
    assert "111" in changed[-1]


async def test_a_stale_page_saves_nothing_and_keeps_what_was_typed(reader: Reader, flat: int) -> None:
    await reader.sign_in("sulan")
    sent = form_of(await reader.read(KPI.format(id=flat)), f"/drafts/{flat}/editor/kpi")
    newer = (await draft(flat)).text + "\n# by somebody else\n"
    await save_draft(draft_id=flat, revision=1, text=newer, actor=SYSTEM)
    answer = await reader.post(f"/drafts/{flat}/editor/kpi", data={**sent, "p.cap": "113"})
    assert answer.status_code == 409
    assert 'value="113"' in inspected(answer)
    assert (await draft(flat)).text == newer


async def test_weights_are_saved_as_one_and_their_sum_is_checked(reader: Reader, flat: int) -> None:
    await reader.sign_in("sulan")
    path = f"/drafts/{flat}/editor/weights"
    sent = form_of(await reader.read(path), path)
    answer = await reader.post(path, data={**sent, "w.storefront.SAT": "41.5"})
    html = inspected(answer)
    assert "已保存到草案" in html
    assert "不是100" in html
    assert 'SAT = "41.5"' in (await draft(flat)).text


async def test_a_weight_that_is_no_number_is_refused_at_its_place(reader: Reader, flat: int) -> None:
    await reader.sign_in("sulan")
    path = f"/drafts/{flat}/editor/weights"
    sent = form_of(await reader.read(path), path)
    answer = await reader.post(path, data={**sent, "w.storefront.SAT": "很多"})
    assert answer.status_code == 422
    html = inspected(answer)
    assert "scorecards.storefront.SAT" in html
    assert 'value="很多"' in html


async def test_what_is_typed_is_drawn_at_once(reader: Reader, story: Cast, flat: int) -> None:
    await reader.sign_in("sulan")
    sent = form_of(await reader.read(KPI.format(id=flat)), f"/drafts/{flat}/editor/kpi")
    answer = await reader.post(f"/drafts/{flat}/editor/preview", data=sent)
    assert answer.status_code == 200
    assert 'class="unit"' in answer.text
    assert "个单位" in answer.text
    assert (await draft(flat)).revision == 1


async def test_a_rule_that_cannot_be_is_told_while_it_is_typed(reader: Reader, flat: int) -> None:
    await reader.sign_in("sulan")
    sent = form_of(await reader.read(KPI.format(id=flat)), f"/drafts/{flat}/editor/kpi")
    wrong = {
        name: "8" if name.startswith("p.anchors") and name.endswith("value") else text for name, text in sent.items()
    }
    answer = await reader.post(f"/drafts/{flat}/editor/preview", data=wrong)
    assert answer.status_code == 200
    assert "note bad" in answer.text


async def test_another_method_brings_its_own_form(reader: Reader, flat: int) -> None:
    await reader.sign_in("sulan")
    html = await reader.read(KPI.format(id=flat) + "&method=efficacy")
    assert 'name="p.unacceptable"' in html


async def test_a_node_of_a_tree_is_changed_in_place(reader: Reader, grown: int) -> None:
    await reader.sign_in("sulan")
    path = f"/drafts/{grown}/editor?card=storefront&node=total"
    sent = form_of(await reader.read(path), f"/drafts/{grown}/editor/node")
    answer = await reader.post(
        f"/drafts/{grown}/editor/node", data={**sent, "c.care": "55", "c.extra": "15", "cap": "115"}
    )
    assert "已保存到草案" in inspected(answer)
    text = (await draft(grown)).text
    assert 'cap = "115"' in text
    assert 'care = "55"' in text


@pytest.mark.parametrize("who", ["linyue", "zhouhe"])
async def test_who_may_not_see_drafts_sees_no_editor(reader: Reader, flat: int, who: str) -> None:
    await reader.sign_in(who)
    assert (await reader.get(f"/drafts/{flat}/editor")).status_code in {403, 404}
    assert (await reader.get(f"/drafts/{flat}/editor/weights")).status_code in {403, 404}


async def test_text_that_cannot_be_read_is_told_and_nothing_is_lost(reader: Reader, cast: Cast) -> None:
    number = await create_draft(name="半句", text="[kpis.", actor=SYSTEM)
    await reader.sign_in("sulan")
    for page in ("editor", "editor/weights"):
        assert "读不成规则" in await reader.read(f"/drafts/{number}/{page}")


async def test_a_node_is_told_as_employees_read_it_and_says_where_a_method_is_written(
    reader: Reader, cast: Cast
) -> None:
    text = tree_book() + (
        '\n[trees.storefront.nodes.care_again]\nop = "method"\nchildren = ["care"]\nmethod = "value"\n'
        'params = { factor = "0.5" }\n'
    )
    text = re.sub(r"(\[trees\.storefront\.nodes\.total\][^\[]*?children = \{)", r"\1 care_again = 1,", text, count=1)
    number = await create_draft(name="法", text=text, actor=SYSTEM)
    await reader.sign_in("sulan")
    page = await reader.read(f"/drafts/{number}/editor?card=storefront&node=care_again")
    assert "care_again = " in page
    assert "计分方法与参数在规则书文本里写" in page
    assert "计分方法与参数在规则书文本里写" not in await reader.read(
        f"/drafts/{number}/editor?card=storefront&node=care"
    )


async def test_parameters_and_their_choices_are_told_in_words_and_not_by_their_codes(reader: Reader, flat: int) -> None:
    await reader.sign_in("sulan")
    html = await reader.read(KPI.format(id=flat) + "&method=linear")
    assert re.search(r'<label for="p.below">比第一个锚点更差', html)
    assert re.search(r'<option value="extend"[^>]*>按同一斜率延伸</option>', html)
    assert 'aria-label="得分 2"' in html


def test_every_choice_of_a_parameter_has_words() -> None:
    signs = re.compile(r"[<>=!]+")
    given = [param for spec in methods().values() for param in (*spec.params, *common()) if param.type == "choice"]
    codes = {code for param in given for code in param.choices if not signs.fullmatch(code)}
    assert len(codes) > 15
    assert codes - set(CHOICES) - {"inc", *DIRECTIONS} == set()
