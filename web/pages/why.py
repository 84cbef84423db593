"""Why: one line of a card in seven steps, from the facts to the lost points, with everything that proves it."""

from collections.abc import Iterable
from datetime import timedelta
from decimal import Decimal

from litestar import Response, get
from litestar.params import FromPath
from msgspec.structs import replace

import leaderboards.queries.cards
from core.language import Text, current
from core.points import FACT_SCALE
from leaderboards.card_views import CardLine
from leaderboards.evidence import shown
from leaderboards.queries.cards import LineDetail
from leaderboards.queries.receipts import line_steps
from leaderboards.queries.snapshots import heads, rules_shown
from org.organisation import Organisation
from org.roles import Action
from org.visibility import Scope
from scoring.book_parts import Kpi
from scoring.factors import factor
from scoring.method_words import method_name
from scoring.queries.facts import FactRow as StoredFact
from scoring.queries.rules import Rules
from web import show
from web.charts.curve import Mark
from web.charts.strips import Weight
from web.frame import Req, allowed, html
from web.numbers import one_of
from web.pages import scoring_line
from web.pages.appeals.parts import appeal_link
from web.pages.came import came
from web.pages.explained.steps import step_lines
from web.pages.lines import DASH, lost_text, number, score_of, shareless, state_of, value_of, weight_moved, with_unit
from web.sentences.teller import teller
from web.sentences.why import WORDS
from web.views.explained import StepLine
from web.views.shell import Crumb, Fact
from web.views.unit import CalcLine, FactRow, RailStep, WhyView

MOST_FACTS = 60
FULL = 100
say = teller(WORDS)
FREQUENCIES: dict[str, Text] = {
    "daily": Text(zh="每天", en="daily"),
    "weekly": Text(zh="每周", en="weekly"),
    "monthly": Text(zh="每月", en="monthly"),
}


@get("/units/{unit_id:int}/kpis/{kpi:str}", opt={"action": Action.SEE_UNIT, "unit": "unit_id"})
async def why_page(request: Req, unit_id: FromPath[int], kpi: FromPath[str]) -> Response[str]:
    """Show one line of one card down to its facts."""
    known = await heads()
    asked = request.query_params.get("month", "")
    month = one_of(asked, known.by_month) or known.latest
    scope: Scope = request.state.scope
    whole = await leaderboards.queries.cards.line(unit_id, kpi, month=month, live=scope.live(unit_id))
    found = shown(whole, scope)
    rules = await rules_shown(found.card.month)
    batches = Action.SEE_COMPLETENESS in allowed(request.state.viewer)
    steps = step_lines(await line_steps(found.card, kpi))
    view = _view(found, rules, request.state.organisation, steps, batches=batches)
    return html(request, "why.html", replace(view, appeal=await appeal_link(scope, unit_id, kpi, found.card.month)))


def _view(
    found: LineDetail, rules: Rules, organisation: Organisation, steps: tuple[StepLine, ...], *, batches: bool
) -> WhyView:
    line, card, reader = found.line, found.card, current()
    kpi = rules.book.kpis[line.kpi]
    anchors = scoring_line.anchors(kpi)
    mark = _mark(line) if anchors else None
    month = show.month(card.month, reader)
    return WhyView(
        title=_title(line),
        subtitle=f"{line.kpi} · {card.name.read(reader)} · {month}",
        provisional=not card.sealed,
        crumbs=(
            Crumb(say("boards"), f"/boards?kind={card.card}"),
            Crumb(card.name.read(reader), f"/units/{card.unit_id}?month={card.month}"),
            Crumb(line.name.read(reader)),
        ),
        rail=tuple(_rail(found, kpi)),
        verdict=_verdict(found, kpi),
        points=scoring_line.points(kpi, line) if mark else (),
        anchors=anchors,
        mark=mark,
        better=say(kpi.direction),
        value_words=line.name.read(reader),
        lower_is_better=kpi.direction == "lower",
        curve_about=say(
            "curve", value=value_of(line), score=score_of(line), anchors="; ".join(a.words for a in anchors)
        ),
        curve_hint=say("hint") if mark else "",
        weights=_weights(found),
        weights_about=_weights_about(found),
        weights_say=_weights_say(found, rules),
        calc=tuple(_calc(line)),
        rule=show.full_width(found.rule.read(reader)),
        about=tuple(_about(found, kpi, rules)),
        facts=tuple(_fact(row, kpi, organisation, rules, batches=batches) for row in found.facts.rows[:MOST_FACTS]),
        facts_hint=_facts_hint(found),
        more_facts=_more_facts(found),
        steps=steps,
    )


def _title(line: CardLine) -> str:
    if line.score is None:
        return say("title_none", name=line.name)
    if line.extra:
        return say("title_extra", name=line.name, score=score_of(line))
    if shareless(line):
        return say("title_shareless", name=line.name, score=score_of(line))
    lost = Decimal(line.lost)
    return say("title", name=line.name, lost=number(lost)) if lost else say("title_full", name=line.name)


def _rail(found: LineDetail, kpi: Kpi) -> Iterable[RailStep]:
    line, reader = found.line, current()
    least = kpi.least_sample(found.card.card)
    enough = "no_least" if not least else "enough" if line.sample >= least else "few"
    numerator, denominator = line.numerator or _scaled(found.facts.num), line.denominator or _scaled(found.facts.den)
    target = with_unit(line.target, line.unit_name) if line.target else ""
    yield RailStep(say("fact"), show.plain(numerator), found.formula.read(reader), f"/ {show.plain(denominator)}")
    aim = say("target", target=target) if target else say("no_target")
    measured = _measured(found, kpi)
    shrunk = RailStep(say("counted"), value_of(line), f"{say('shrunk')} · {aim}", say("measured", value=measured))
    yield shrunk if measured else RailStep(say("value"), value_of(line), aim)
    yield RailStep(say("sample"), show.number(line.sample, 0, reader), say(enough, least=least))
    way = "method" if line.full and not shareless(line) else "alone"
    method = say(way, method=method_name(line.method), full=line.full)
    yield RailStep(say("score"), score_of(line), method)
    yield from (RailStep(say("weight"), DASH, say("beside")),) if line.extra else _rail_end(line)


def _rail_end(line: CardLine) -> Iterable[RailStep]:
    words = "moved" if weight_moved(line) else "same" if line.on_paper else "of_formula"
    yield RailStep(say("weight"), line.weight_after, say(words, before=line.weight))
    yield RailStep(say("points"), show.minus(line.points), say("points_how"))
    yield RailStep(say("lost"), lost_text(line), say("lost_how", full=line.full or "100"))


def _scaled(value: int) -> Decimal:
    return Decimal(value) / FACT_SCALE


def _measured(found: LineDetail, kpi: Kpi) -> str:
    """Return what was measured where another value counts, since a small sample leans on its peers; else empty."""
    line = found.line
    if not kpi.shrink or kpi.aggregation == "sum" or None in (line.value, line.numerator, line.denominator):
        return ""
    denominator = Decimal(line.denominator or 0)
    if line.score is None or not denominator:
        return ""
    times = factor(kpi.aggregation)
    own = Decimal(line.numerator or 0) * times.numerator / times.denominator / denominator
    words = with_unit(str(own), line.unit_name)
    return words if words != value_of(line) else ""


def _counted(found: LineDetail, kpi: Kpi) -> str:
    """Return the value of a line for a sentence, with the measured one before it where the two differ."""
    line, measured = found.line, _measured(found, kpi)
    if not measured:
        return value_of(line)
    ratio = f"{show.plain(line.numerator or 0)}/{show.plain(line.denominator or 0)}"
    return say("measured_say", ratio=ratio, measured=measured, value=value_of(line))


def _verdict(found: LineDetail, kpi: Kpi) -> str:
    line, value = found.line, _counted(found, kpi)
    if line.score is None:
        return state_of(line)[0]
    if line.extra:
        return say("verdict_extra", value=value, score=score_of(line))
    if shareless(line):
        return say("verdict_shareless", value=value, score=score_of(line))
    if not Decimal(line.lost):
        return say("verdict_full", value=value, score=score_of(line))
    words = say("verdict", value=value, score=score_of(line), weight=number(line.weight_after), lost=number(line.lost))
    lift = next((one for one in found.card.body.lifts if one.kpi == line.kpi), None)
    if lift is None or Decimal(lift.points) <= 0:
        return words
    more = say("verdict_goal", goal=with_unit(lift.goal, lift.unit_name), gain=number(lift.points))
    return f"{words} {more}" if current() == "en" else f"{words}{more}"


def _mark(line: CardLine) -> Mark | None:
    if line.value is None or line.score is None:
        return None
    score = Decimal(line.score)
    words = say("mark", value=with_unit(line.value, line.unit_name), score=score_of(line))
    lack = Decimal(line.full or FULL) - score
    return Mark(Decimal(line.value), score, words, say("lack", lack=number(lack)) if lack > 0 else "")


def _siblings(found: LineDetail) -> list[CardLine]:
    return [line for line in found.card.lines if line.process == found.line.process and not line.extra]


def _weights(found: LineDetail) -> tuple[Weight, ...]:
    return tuple(
        Weight(
            name=line.kpi,
            before=Decimal(line.weight),
            after=Decimal(line.weight_after) or None,
            mine=line.kpi == found.line.kpi,
        )
        for line in _siblings(found)
        if line.on_paper
    )


def _weights_about(found: LineDetail) -> str:
    """Return what the strips show, with the name behind each code."""
    names = (f"{line.kpi} {line.name.read(current())}" for line in _siblings(found))
    return f"{say('weights')}: {'; '.join(names)}"


def _weights_say(found: LineDetail, rules: Rules) -> str:
    if found.line.extra:
        return say("beside_say")
    gone = [line.name.read(current()) for line in _siblings(found) if line.score is None]
    ways = ("gone_in_tree", "whole_tree") if found.card.card in rules.book.trees else ("moved_say", "unmoved")
    words = say(ways[0], names=("、" if current() == "zh" else ", ").join(gone)) if gone else say(ways[1])
    theme = rules.book.themes.get(rules.theme or "")
    if theme and theme.mode == "renormalise" and any(line.kpi in theme.doubled for line in found.card.lines):
        words = f"{words} {say('theme_say')}" if current() == "en" else f"{words}{say('theme_say')}"
    return words


def _calc(line: CardLine) -> Iterable[CalcLine]:
    if line.score is None or line.extra:
        return
    exactly = f"{line.weight_fraction} = " if "/" in line.weight_fraction else ""
    yield CalcLine(say("weight"), f"{exactly}{line.weight_after}", line.weight_after)
    yield CalcLine(say("points"), f"{line.weight_after} × {score_of(line)} ÷ 100", show.minus(line.points))
    formula = f"{line.weight_after} × ({line.full or '100'} − {score_of(line)}) ÷ 100"
    yield CalcLine(say("lost"), formula, lost_text(line), lost=bool(Decimal(line.lost)))


def _about(found: LineDetail, kpi: Kpi, rules: Rules) -> Iterable[Fact]:
    reader, book = current(), rules.book
    source = book.sources.get(kpi.source)
    lead = book.departments.get(kpi.lead or "")
    yield Fact(say("code"), kpi.code)
    yield Fact(say("formula"), found.formula.read(reader))
    yield Fact(say("source"), source.name.read(reader) if source else kpi.source)
    yield Fact(say("frequency"), FREQUENCIES[kpi.frequency].read(reader))
    days = {"first": found.start, "last": found.end - timedelta(days=1)}
    yield Fact(say("window"), say("span", **{name: show.day(day, "short", reader) for name, day in days.items()}))
    if lead:
        yield Fact(say("lead"), lead.name.read(reader))


def _fact(row: StoredFact, kpi: Kpi, organisation: Organisation, rules: Rules, *, batches: bool) -> FactRow:
    reader, unit = current(), organisation.unit(row.unit_id)
    source = rules.book.sources.get(row.source or "")
    note = say("corrected", n=row.revision, why=row.reason or "–") if row.revision else ""
    what = kpi.items[row.item].name.read(reader) if row.item in kpi.items else row.item or ""
    return FactRow(
        unit=unit.name(reader) if unit else f"#{row.unit_id}",
        on=row.on,
        numerator=show.plain(_scaled(row.num)),
        denominator=show.plain(_scaled(row.den)),
        sample=show.number(row.sample, 0, reader),
        source=source.name.read(reader) if source else row.source or came(row.via),
        batch=f"#{row.batch_id}",
        batch_href=f"/intake/batches/{row.batch_id}" if batches else "",
        learned_at=row.received_at,
        note=" · ".join(part for part in (what, note) if part),
    )


def _more_facts(found: LineDetail) -> str:
    """Return why not every fact stands in the list; empty when all do."""
    listed = min(len(found.facts.rows), MOST_FACTS)
    if found.facts.found == listed:
        return ""
    if found.ratings and not listed:
        return say("ratings", n=found.facts.found)
    return say("more" if listed == MOST_FACTS else "others", shown=listed, n=found.facts.found)


def _facts_hint(found: LineDetail) -> str:
    if not found.facts.found:
        return ""
    return say(
        "found",
        n=found.facts.found,
        num=show.plain(_scaled(found.facts.num)),
        den=show.plain(_scaled(found.facts.den)),
    )


HANDLERS = (why_page,)
