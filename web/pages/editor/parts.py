"""What the pages of the editor share: the draft as it stands, what was found in it, the units' values."""

from collections.abc import Iterable, Sequence
from decimal import Decimal
from fractions import Fraction

import msgspec
from markupsafe import Markup

from core.errors import Invalid, Problem, ShifenError
from core.language import current
from core.points import FACT_SCALE
from leaderboards.queries.snapshots import heads, month_board
from leaderboards.queries.stored import lines_of
from org.roles import Action
from scoring.packing import PackedLine
from scoring.queries.drafts import Checked, Draft, checked_text, draft
from scoring.queries.rules import catalogue
from scoring.rulebook import Kpi
from web import show
from web.charts.rule_curve import rule_curve
from web.frame import Req, allowed
from web.sentences.editor import CHOICES, COLUMNS, WORDS
from web.sentences.teller import teller
from web.views.editor import Finding, PreviewView
from web.views.shell import Choice, Crumb, Link

say = teller(WORDS)
TONES = {"error": "bad", "warning": "warn", "note": ""}
MOST_FINDINGS = 60


class Opened(msgspec.Struct, frozen=True):
    """A draft with what was found in its text."""

    draft: Draft
    checked: Checked


async def opened(draft_id: int) -> Opened:
    """Return a draft, read and checked."""
    found = await draft(draft_id)
    return Opened(found, await checked_text(found.text))


def may_write(request: Req) -> bool:
    """Tell whether the reader may change drafts."""
    return Action.EDIT_RULES in allowed(request.state.viewer)


def words() -> dict[str, str]:
    """Return the plain words of the pages in the reader's language."""
    plain = {name: text.read(current()) for name, text in WORDS.items() if "{" not in text.zh}
    columns = {f"column_{name}": text.read(current()) for name, text in COLUMNS.items()}
    return {**plain, **columns, **{f"choice_{name}": text.read(current()) for name, text in CHOICES.items()}}


def subtitle(found: Draft) -> str:
    """Return when and by whom the draft was saved last."""
    return say(
        "subtitle", revision=found.revision, who=found.saved_by_name or found.owner_name or "–",
        when=show.moment(found.saved_at, current(), short=True),
    )  # fmt: skip


def crumbs(found: Draft, *more: str) -> tuple[Crumb, ...]:
    """Return the way to a page of the editor."""
    own = Crumb(found.name, f"/drafts/{found.id}/editor" if more else "")
    return (Crumb(say("drafts"), "/drafts"), own, *(Crumb(word) for word in more))


def tabs(found: Draft, here: str) -> tuple[Link, ...]:
    """Return the faces of a draft."""
    base = f"/drafts/{found.id}"
    places = (("card_tab", f"{base}/editor"), ("weights_tab", f"{base}/editor/weights"), ("text_tab", base))
    return tuple(Link(say(word), href, current=word == here) for word, href in places)


def findings(found: Opened) -> tuple[Finding, ...]:
    """Return what the checks found, with the way to where it can be mended."""
    return tuple(_finding(found.draft.id, one) for one in found.checked.problems[:MOST_FINDINGS])


def _finding(draft_id: int, one: Problem) -> Finding:
    place, reader = one.place, current()
    path = place.path or "" if place else ""
    where = " · ".join(part for part in (path, say("line", row=place.row) if place and place.row else "") if part)
    first, _, rest = path.partition(".")
    hint = f" {one.hint.read(reader)}" if one.hint else ""
    href = f"/drafts/{draft_id}/editor?kpi={rest.split('.')[0]}" if first == "kpis" and rest else ""
    return Finding(TONES[one.grade], one.sentence.read(reader) + hint, where, href)


def tally(found: Opened) -> str:
    """Return how much was found."""
    grades = [one.grade for one in found.checked.problems]
    if not grades:
        return say("no_findings")
    return say("found", errors=grades.count("error"), warnings=grades.count("warning"), notes=grades.count("note"))


def told(refusal: ShifenError | None) -> tuple[str, ...]:
    """Return the sentences of a refusal, each with its place."""
    if refusal is None:
        return ()
    return tuple(_told(one) for one in refusal.problems)


def _told(one: Problem) -> str:
    place = one.place.path if one.place and one.place.path else ""
    return f"{place}: {one.sentence.read(current())}" if place else one.sentence.read(current())


def choices(options: Iterable[tuple[str, str]], chosen: str) -> tuple[Choice, ...]:
    """Return the options of a select field."""
    return tuple(Choice(code, label, code == chosen) for code, label in options)


async def values_of(card: str, kpi: str) -> tuple[int | None, tuple[Fraction, ...]]:
    """Return the latest month with a board, and the values that the units of a kind have of a KPI there."""
    known = await heads()
    month, number = known.latest, (await catalogue()).kpis.get(kpi)
    if month is None or number is None:
        return month, ()
    board = await month_board(month)
    units = [one.unit_id for one in board.population(card, None)]
    lines = await lines_of(board.snapshot_id, units) if units else {}
    return month, tuple(_values(lines.values(), number))


def _values(cards: Iterable[Sequence[PackedLine]], number: int) -> Iterable[Fraction]:
    for lines in cards:
        for line in lines:
            if line.kpi_id == number and line.value is not None:
                yield Fraction(line.value, FACT_SCALE)


def preview_of(kpi: Kpi, month: int | None, values: Sequence[Fraction]) -> PreviewView:
    """Return the curve of a rule with the units of a month, or why it cannot be drawn."""
    from scoring.previewing import previewed  # needs numpy, which most pages never wait for

    try:
        found = previewed(kpi, values)
    except Invalid as refusal:
        return PreviewView(Markup(""), "", told(refusal))
    sentence = _sentence([score for _, score in found.units], month, values, relative=found.relative)
    if not (found.line or found.units):
        return PreviewView(Markup(""), sentence)
    name = kpi.unit_name.read(current()) or say("value_axis")
    chart = rule_curve(found.line, found.units, say("chart", tally=sentence), name)
    return PreviewView(chart, f"{sentence} {say('no_line')}" if found.relative else sentence)


def _sentence(scores: Sequence[Fraction], month: int | None, values: Sequence[Fraction], *, relative: bool) -> str:
    if not values:
        return say("units_none")
    if not scores:
        return say("no_points") if not relative else ""
    mean = Decimal(sum(scores).numerator) / Decimal(sum(scores).denominator) / len(scores)
    return say(
        "units_on", month=show.month(month or 0, current()), count=len(scores),
        full=sum(score >= 100 for score in scores), low=sum(score < 60 for score in scores), mean=show.number(mean, 2, current()),  # noqa: PLR2004 - full marks and the base
    )  # fmt: skip
