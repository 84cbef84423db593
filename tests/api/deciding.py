"""Every door at which somebody decides, and who tries it there: about an own proposal, or about an own unit."""

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Any

import msgspec
from msgspec.structs import replace

import org.queries
import scoring.operations.rules
from core.audit import SYSTEM
from core.language import Text
from months.contests.spec import Duel, HeadToHead
from months.operations import activities, announcing, branches, closing, plan_changes, plans
from months.operations.contests import planning as contests
from months.operations.planning import plan_month
from months.operations.publishing import propose_text
from org.visibility import Viewer
from tests import factories
from tests.api.freezing import at
from tests.cast import MONTH, Cast, day
from tests.factories import SMALL_BOOK, during
from tests.months.story import closing_day, planned, ran, talks_held

AHEAD, RUNNING = during(202609, 20), during(MONTH, 20)
LATER = 209812
SMALL = SMALL_BOOK.read_text(encoding="utf-8")


class Try(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody who may not decide, what is sent to page and interface, why it is refused, and who may instead."""

    who: str
    code: str
    instead: str
    at: datetime
    numbers: dict[str, int] = {}
    form: dict[str, Any] = {}
    body: dict[str, Any] | None = None


class Attack(msgspec.Struct, frozen=True):
    """A decision with its page and its door of the interface, and what brings the application before it."""

    page: str
    api: str
    arranged: Callable[[Cast], Awaitable[Try]]


async def viewer(username: str) -> Viewer:
    account = await org.queries.account_by_username(username)
    assert account is not None
    return await org.queries.viewer(account)


async def doing(cast: Cast, username: str) -> dict[str, Any]:
    return {"viewer": await viewer(username), "actor": cast.actor(username)}


async def begun(cast: Cast) -> None:
    with at(RUNNING):
        await ran(cast)


async def hired(cast: Cast, branch: str = "B1") -> Cast:
    """Let Meng Yao, who works at a branch, organise the contest too."""
    member = await factories.person("mengyao", "organiser", branch, scope="YC", name_zh="孟瑶")
    return replace(cast, people={**cast.people, "mengyao": member})


async def announcement(cast: Cast) -> Try:
    with at(AHEAD):
        actor = cast.actor("sulan")
        await plan_month(month=MONTH, theme="SMILING", rule_book_id=cast.rule_book_id, actor=actor)
        await announcing.propose_announcement(month=MONTH, actor=actor)
    return Try(who="sulan", code="same_person", instead="heqing", at=AHEAD)


async def new_plan(cast: Cast) -> Try:
    with at(AHEAD):
        await planned(cast)
        actor, plan = cast.actor("sulan"), await plans.unplanned(MONTH, "SMILING")
        other = replace(plan, doubled=("SAT",))
        await plans.save_plan(month=MONTH, plan=other, revision=0, actor=actor)
        await plan_changes.propose_change(month=MONTH, notice=Text(zh="改为短信", en="Now SMS"), actor=actor)
    return Try(who="sulan", code="same_person", instead="heqing", at=AHEAD)


async def closing_waits(cast: Cast, who: str, code: str) -> Try:
    await begun(cast)
    await closing.propose_close(month=MONTH, actor=cast.actor("sulan"), at=closing_day())
    return Try(who=who, code=code, instead="baishu", at=closing_day())


async def own_closing(cast: Cast) -> Try:
    return await closing_waits(cast, "sulan", "same_person")


async def closing_of_own_award(cast: Cast) -> Try:
    return await closing_waits(cast, "heqing", "own_unit_near_award")


async def waived_closing(cast: Cast) -> Try:
    """Let who closes the month early, by a waiver of her own, approve it too."""
    await begun(cast)
    early = during(MONTH, 24)
    await closing.propose_close(
        month=MONTH, actor=cast.actor("sulan"), waivers=["period_not_over"], why="提前评奖", at=early
    )
    return Try(who="sulan", code="same_person", instead="baishu", at=early)


async def own_release(cast: Cast) -> Try:
    """Let who approved the closing publish it, or open it again."""
    await begun(cast)
    moment = closing_day()
    await closing.propose_close(month=MONTH, actor=cast.actor("sulan"), at=moment)
    await closing.approve_close(month=MONTH, actor=cast.actor("tangyi"), at=moment)
    await talks_held(cast, moment)
    why = {"why": "有误"}
    return Try(who="tangyi", code="same_person", instead="heqing", at=moment, form={"reopen": "有误"}, body=why)


async def branch_waits(cast: Cast, branch: str, who: str, code: str) -> Try:
    await begun(cast)
    moment = closing_day() - timedelta(hours=20)
    await branches.propose_branch(month=MONTH, unit_id=cast[branch], actor=cast.actor("sulan"), at=moment)
    numbers, why = {"branch": cast[branch]}, {"why": "补报"}
    return Try(who=who, code=code, instead="heqing", at=moment, numbers=numbers, form=why, body=why)


async def own_branch(cast: Cast) -> Try:
    return await branch_waits(cast, "B2", "sulan", "same_person")


async def branch_of_ones_own(cast: Cast) -> Try:
    return await branch_waits(await hired(cast), "B1", "mengyao", "own_unit")


async def closed_branch_of_ones_own(cast: Cast) -> Try:
    trial = await branch_of_ones_own(cast)
    await branches.approve_branch(month=MONTH, unit_id=cast["B1"], actor=cast.actor("heqing"), at=trial.at)
    return trial


async def own_rules(cast: Cast) -> Try:
    _, number = await propose_text(
        name="另一本", text=SMALL.replace("小规则书", "另一本"), month=LATER, why="等候", actor=cast.actor("sulan")
    )
    numbers, reason = {"proposal_id": number}, {"reason": "不妥"}
    return Try(who="sulan", code="same_person", instead="baishu", at=RUNNING, numbers=numbers, form=reason, body=reason)


async def own_contest(cast: Cast) -> Try:
    with at(AHEAD):
        await planned(cast)
        number = await contests.create_contest(
            month=MONTH, name=Text(zh="对决", en="Duels"), stake=None, actor=cast.actor("sulan"),
            spec=HeadToHead(card="storefront", pairs=(Duel(left=cast["S1"], right=cast["S2"]),)),
        )  # fmt: skip
    return Try(who="sulan", code="same_person", instead="heqing", at=AHEAD, numbers={"contest_id": number})


async def record(cast: Cast, by: str, unit: str, **told: Any) -> Try:
    with at(RUNNING):
        number = await activities.submit_record(
            month=MONTH, activity="likes", unit_id=cast[unit], on=day(12), count=2, **await doing(cast, by)
        )
    return Try(
        numbers={"record_id": number}, form={"act": "accept"}, body={"valid": True}, at=RUNNING, **told
    )  # fmt: skip


async def own_record(cast: Cast) -> Try:
    await begun(cast)
    return await record(cast, "linyue", "P-zhouhe", who="linyue", code="same_person", instead="chenmo")


async def counted_record(cast: Cast) -> Try:
    """Let who submitted a record that counts take it back, as if somebody had looked."""
    trial = await own_record(cast)
    with at(RUNNING):
        await activities.check_record(
            record_id=trial.numbers["record_id"], valid=True, **await doing(cast, "chenmo")
        )  # fmt: skip
    return replace(trial, form={"act": "revoke", "reason": "记错了"}, body={"why": "记错了"})


async def record_of_own_unit(cast: Cast) -> Try:
    text = SMALL.replace('points = "0.1", cap = 2', 'points = "0.1", cap = 2, checker = "organiser"')
    assert text != SMALL
    book = await scoring.operations.rules.store_rule_book(text=text, actor=SYSTEM)
    cast = replace(await hired(cast), rule_book_id=book)
    await begun(cast)
    return await record(cast, "linyue", "S1", who="mengyao", code="own_unit", instead="sulan")


ANNOUNCE = ("/months/{month}/announce", "/api/v1/months/{month}/announcement")
PLAN = ("/months/{month}/plan/approve", "/api/v1/months/{month}/plan/approval")
CLOSE = ("/months/{month}/approve", "/api/v1/months/{month}/approval")
BRANCH = ("/months/{month}/branches/{branch}/approve", "/api/v1/months/{month}/branches/{branch}/approval")
BRANCH_OPEN = ("/months/{month}/branches/{branch}/open", "/api/v1/months/{month}/branches/{branch}/reopening")
RULES = ("/rule-proposals/{proposal_id}/approve", "/api/v1/rule-proposals/{proposal_id}/approval")
RULES_BACK = ("/rule-proposals/{proposal_id}/reject", "/api/v1/rule-proposals/{proposal_id}/rejection")
CHECK = "/activities/{record_id}/check"

ATTACKS: dict[str, Attack] = {
    "the own announcement": Attack(*ANNOUNCE, announcement),
    "the own next plan": Attack(*PLAN, new_plan),
    "the own closing": Attack(*CLOSE, own_closing),
    "the closing that one's own waiver made possible": Attack(*CLOSE, waived_closing),
    "the closing in which the own department wins": Attack(*CLOSE, closing_of_own_award),
    "the publication of what one has closed": Attack(
        "/months/{month}/publish", "/api/v1/months/{month}/publication", own_release
    ),
    "the opening of what one has closed": Attack(
        "/months/{month}/reopen", "/api/v1/months/{month}/reopening", own_release
    ),
    "the own closing of a branch": Attack(*BRANCH, own_branch),
    "the closing of the own branch": Attack(*BRANCH, branch_of_ones_own),
    "the opening of the own branch": Attack(*BRANCH_OPEN, closed_branch_of_ones_own),
    "the own rules": Attack(*RULES, own_rules),
    "the own rules turned down": Attack(*RULES_BACK, own_rules),
    "the own contest": Attack(
        "/contests/{contest_id}/announce", "/api/v1/contests/{contest_id}/announcement", own_contest
    ),
    "the own record": Attack(CHECK, "/api/v1/activity-records/{record_id}/check", own_record),
    "the own record taken back": Attack(CHECK, "/api/v1/activity-records/{record_id}/revocation", counted_record),
    "the record of the own unit": Attack(CHECK, "/api/v1/activity-records/{record_id}/check", record_of_own_unit),
}
