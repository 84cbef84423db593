"""One unit's scorecard in one snapshot, and one of its lines down to the facts."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from fractions import Fraction
from statistics import median_low

import msgspec

from core.database import raw
from core.errors import NotFound, problem
from core.language import Text
from core.period import first_day, next_first_day, shifted
from core.points import CENTS, cents_text, rounded_fraction
from leaderboards.card_views import CardBody, CardLine, Sums, card_body
from leaderboards.flags import STATUS_NAMES
from leaderboards.hiding import FEWEST_COMPARED
from leaderboards.month_board import MonthBoard, Standing, UnitClass
from leaderboards.queries.activities import ActivityLine, activity_lines
from leaderboards.queries.known import cells_behind, moved_on, organisation_behind
from leaderboards.queries.snapshots import heads, month_board
from leaderboards.ranges import UnitRange
from org.organisation import Organisation
from scoring.contributors import contributors
from scoring.method_words import rule_words
from scoring.packing import PackedLine, lines
from scoring.queries.facts import Facts, facts_behind
from scoring.queries.rules import Catalogue, book_of, catalogue
from scoring.rulebook import Measure, RuleBook

HISTORY = 11
TICK = timedelta(microseconds=1)
_ADJUSTMENTS = (
    "SELECT points, reason, evidence, at FROM adjustment WHERE month = $1 AND unit_id = $2 AND at <= $3"
    " AND (lifted_at IS NULL OR lifted_at > $3) ORDER BY id"
)
_RED_LINES = """
SELECT on_day, code, reason FROM red_line_event
WHERE unit_id = $1 AND on_day >= $2 AND on_day < $3 AND verified_at <= $4 AND (lifted_at IS NULL OR lifted_at > $4)
  AND NOT red_line_rests(unit_id, code, $5, $4 + interval '1 microsecond')
ORDER BY id
"""


class AdjustmentRow(msgspec.Struct, frozen=True, kw_only=True):
    """Signed points beside the card."""

    points: str
    reason: str
    evidence: str | None
    at: datetime


class RedLineRow(msgspec.Struct, frozen=True, kw_only=True):
    """A verified serious misconduct."""

    on: date
    code: str
    name: Text
    effect: str
    reason: str


class MeasurePart(msgspec.Struct, frozen=True, kw_only=True):
    """One part of a blended measure: what it is, its weight, its cents."""

    source: str
    name: Text
    weight: str
    cents: int | None
    unit_id: int | None = None


class Past(msgspec.Struct, frozen=True):
    """One month of a unit's history; cents."""

    month: int
    total: int | None
    rank: int | None
    peer_rank: int | None


class Card(msgspec.Struct, frozen=True, kw_only=True):
    """A unit's month: places, totals, lines and all that stands beside them. Cents where not text."""

    snapshot_id: int
    month: int
    sealed: bool
    made_at: str
    theme: str | None
    unit_id: int
    code: str
    name: Text
    card: str
    group: str
    group_name: Text
    status: str
    rank: int | None
    peer_rank: int | None
    of: int
    peer_of: int
    cents: int | None
    total: str | None
    grade: Text | None
    classes: tuple[UnitClass, ...] = ()
    coverage: int
    body: CardBody
    parts: tuple[MeasurePart, ...]
    measure: Text | None
    adjustments: tuple[AdjustmentRow, ...]
    red_lines: tuple[RedLineRow, ...]
    history: tuple[Past, ...]
    reach: UnitRange | None = None
    """How sure total and place are; None while it is not known."""
    activities: tuple[ActivityLine, ...] = ()
    """What the activities of the theme brought beside the card."""

    @property
    def lines(self) -> tuple[CardLine, ...]:
        """Return the lines of the card."""
        return self.body.lines

    @property
    def mixed(self) -> int | None:
        """Return the blend of the parts before what stands beside the card; None where the card itself is ranked."""
        known = [(Fraction(part.weight), part.cents) for part in self.parts if part.cents is not None]
        whole = sum(weight for weight, _ in known)
        return rounded_fraction(sum(weight * cents for weight, cents in known) / whole, 0) if whole else None


class LineDetail(msgspec.Struct, frozen=True, kw_only=True):
    """One line of a card with its rule in words and the facts behind it, as the snapshot knew them."""

    card: Card
    line: CardLine
    rule: Text
    formula: Text
    window: str
    start: date
    end: date
    facts: Facts
    units: Mapping[int, str]
    ratings: bool = False
    """Each fact is one rater's mark: shown only as their mean."""


class _Found(msgspec.Struct, frozen=True, kw_only=True):
    """`board` holds the unit's own numbers, `seen` its place and all about others; they differ while a month is frozen."""

    board: MonthBoard
    seen: MonthBoard
    standing: Standing
    placed: Standing
    book: RuleBook
    numbers: Catalogue
    organisation: Organisation


async def card(unit_id: int, *, month: int | None = None, live: bool = False) -> Card:
    """Return a unit's scorecard in the current snapshot of a month; NotFound when it has none.

    `live` is for the owner: of a frozen month the unit's own numbers as they are now, its place as of the freeze.
    """
    return await _card(await _found(unit_id, month, live=live))


async def line(unit_id: int, kpi: str, *, month: int | None = None, live: bool = False) -> LineDetail:
    """Return one line of a card down to its facts; NotFound when the KPI is not on the card."""
    found = await _found(unit_id, month, live=live)
    whole = await _card(found)
    chosen = next((one for one in whole.lines if one.kpi == kpi), None)
    if chosen is None:
        raise NotFound(problem("not_on_card", "该指标不在这张记分卡上。", "This KPI is not on that card."))
    rule = found.book.kpis[kpi]
    window = rule.window_of(found.standing.card)
    start = first_day(shifted(whole.month, -2) if window == "rolling3" else whole.month)
    facts = await facts_behind(
        kpi_id=found.numbers.kpis[found.book.kpis[kpi].facts],
        unit_ids=contributors(found.organisation, unit_id, found.book, rule.stays_with),
        start=start,
        end=next_first_day(whole.month),
        through_batch=found.board.through_batch,
        at=found.board.as_at,
    )
    units = {row.unit_id: found.organisation.units[row.unit_id].code for row in facts.rows}
    return LineDetail(
        card=whole,
        line=chosen,
        rule=rule_words(rule),
        formula=rule.formula,
        window=window,
        start=start,
        end=next_first_day(whole.month),
        facts=facts,
        units=units,
        ratings=rule.aggregation == "trimmed_mean",
    )


async def _found(unit_id: int, month: int | None, *, live: bool) -> _Found:
    seen = await month_board(month)
    board = await month_board(seen.month, inner=True) if live and seen.month in (await heads()).held_back else seen
    standing, placed = board.by_unit.get(unit_id), seen.by_unit.get(unit_id)
    if standing is None or placed is None:
        raise NotFound(problem("no_card", "该单位本月没有记分卡。", "This unit has no card in that month."))
    return _Found(
        board=board,
        seen=seen,
        standing=standing,
        placed=placed,
        book=await book_of(board.detail.rule_book),
        numbers=await catalogue(),
        organisation=await organisation_behind(seen),
    )


async def _card(found: _Found) -> Card:
    board, standing, book = found.board, found.standing, found.book
    seen, placed = found.seen, found.placed
    head = board.heads[standing.card]
    stored = await _stored_lines(found)
    measure = book.measure_of(standing.card)
    adjustments, red_lines, done = await _adjustments(found), await _red_lines(found), await _activities(found)
    grade = book.grade_of(standing.total) if standing.total is not None else None
    body = card_body(
        book=book,
        card=standing.card,
        theme=board.detail.theme,
        stored=stored,
        sums=await _sums(found),
        scores=_process_scores(found),
        cents=None if adjustments or red_lines or done else standing.measures[0],
    )
    return Card(
        snapshot_id=seen.snapshot_id,
        month=board.month,
        sealed=seen.sealed,
        made_at=board.made_at,
        theme=board.detail.theme,
        unit_id=standing.unit_id,
        code=standing.code,
        name=standing.name,
        card=standing.card,
        group=standing.group,
        group_name=head.group_names[head.groups.index(standing.group)] if head.groups else head.name,
        status=STATUS_NAMES[standing.status],
        rank=placed.rank,
        peer_rank=placed.peer_rank,
        of=_ranked(seen.population(placed.card, None)),
        peer_of=_ranked(seen.population(placed.card, placed.group)),
        cents=standing.total,
        total=standing.total_text,
        grade=grade.name if grade else None,
        classes=seen.classes_of(placed),
        coverage=standing.coverage,
        body=body,
        parts=_parts(found, measure, _unsettled(standing, body)) if measure else (),
        measure=measure.name if measure else None,
        adjustments=adjustments,
        red_lines=red_lines,
        history=await _history(seen, standing),
        reach=seen.ranges.get(standing.unit_id) if seen is board else None,
        activities=done,
    )


def _ranked(population: Sequence[Standing]) -> int:
    return sum(one.rank is not None for one in population)


async def _stored_lines(found: _Found) -> list[tuple[str, PackedLine]]:
    statement = (
        "SELECT lines FROM standing WHERE snapshot_id = ANY (parts_of($1)) AND unit_id = $2"
        " ORDER BY snapshot_id DESC LIMIT 1"
    )
    async with raw() as connection:
        packed = await connection.fetchval(statement, found.board.snapshot_id, found.standing.unit_id)
    codes = found.board.heads[found.standing.card].kpis
    return list(zip(codes, lines(packed), strict=True))


async def _sums(found: _Found) -> dict[str, Sums]:
    """Return numerators and denominators from the matrix; nothing when it has moved on since the snapshot was made."""
    month = found.board.month
    if await moved_on(found.board):
        return {}
    on_card = [found.book.kpis[code] for code in found.book.kpis_of(found.standing.card)]
    kpis = {found.numbers.kpis[kpi.facts]: kpi for kpi in on_card}
    rolling = any(kpi.window_of(found.standing.card) == "rolling3" for kpi in kpis.values())
    stays = {number: found.book.kpis[kpi.facts].stays_with for number, kpi in kpis.items()}
    reach = {
        kinds: set(contributors(found.organisation, found.standing.unit_id, found.book, kinds))
        for kinds in set(stays.values())
    }
    everyone = set().union(*reach.values())
    totals: dict[int, tuple[int, int]] = {}
    for back in range(3 if rolling else 1):
        for unit_id, held in (await cells_behind(found.board, shifted(month, -back), everyone)).items():
            for cell in held:
                kpi = kpis.get(cell.kpi_id)
                wanted = kpi is not None and (not back or kpi.window_of(found.standing.card) == "rolling3")
                if wanted and unit_id in reach[stays[cell.kpi_id]]:
                    num, den = totals.get(cell.kpi_id, (0, 0))
                    totals[cell.kpi_id] = num + cell.num, den + cell.den
    by_facts = {kpis[number].facts: Sums(num, den) for number, (num, den) in totals.items()}
    return {kpi.code: by_facts[kpi.facts] for kpi in on_card if kpi.facts in by_facts}


def _process_scores(found: _Found) -> dict[str, tuple[int | None, int | None]]:
    seen, placed = found.seen, found.placed
    medians = seen.kept(("medians", placed.card, placed.group), lambda: _medians(seen, placed))
    own = zip(found.board.detail.processes, found.standing.processes, strict=True)
    known = dict(zip(seen.detail.processes, medians, strict=True))
    return {code: (score, known.get(code)) for code, score in own}


def _medians(board: MonthBoard, standing: Standing) -> tuple[int | None, ...]:
    """Return the lower median of each process among the ranked peers, none where too few have a score."""
    peers = [one.processes for one in board.population(standing.card, standing.group or None) if one.ranked]
    columns = zip(*peers, strict=True) if peers else [() for _ in board.detail.processes]
    known = [[score for score in column if score is not None] for column in columns]
    return tuple(median_low(column) if len(column) >= FEWEST_COMPARED else None for column in known)


def _unsettled(standing: Standing, body: CardBody) -> int | None:
    """Return the cents of the own card as the blend takes them: what stands beside it is added to the blend, once."""
    return None if standing.measures[0] is None else int(Fraction(body.card_total) * CENTS)


def _parts(found: _Found, measure: Measure, own: int | None) -> tuple[MeasurePart, ...]:
    return tuple(_part(found, part.source, str(Fraction(part.weight) * 100), own) for part in measure.parts)


def _part(found: _Found, source: str, weight: str, own: int | None) -> MeasurePart:
    board, standing = found.board, found.standing
    kind, _, name = source.partition(":")
    if kind == "process":
        cents = standing.processes[board.detail.processes.index(name)]
        return MeasurePart(source=source, name=found.book.processes[name].name, weight=weight, cents=cents)
    if kind == "parent":
        above = (found.seen.by_unit.get(unit_id) for unit_id in found.organisation.ancestors(standing.unit_id))
        parent = next((one for one in above if one is not None and one.card == name), None)
        title = found.book.kinds[name].name
        cents = parent.measures[0] if parent else None
        return MeasurePart(
            source=source, name=title, weight=weight, cents=cents, unit_id=parent.unit_id if parent else None
        )
    title = Text(zh="自己的记分卡", en="own card")
    return MeasurePart(source=source, name=title, weight=weight, cents=own)


async def _adjustments(found: _Found) -> tuple[AdjustmentRow, ...]:
    async with raw() as connection:
        rows = await connection.fetch(_ADJUSTMENTS, found.board.month, found.standing.unit_id, found.board.as_at)
    return tuple(AdjustmentRow(**{**row, "points": cents_text(row["points"])}) for row in rows)


async def _activities(found: _Found) -> tuple[ActivityLine, ...]:
    board, unit_id = found.board, found.standing.unit_id
    known_at = board.as_at + TICK
    async with raw() as connection:
        return await activity_lines(
            connection, unit_id, board.month, found.book, board.detail.theme, found.organisation, known_at
        )


async def _red_lines(found: _Found) -> tuple[RedLineRow, ...]:
    month = found.board.month
    async with raw() as connection:
        bounds = (first_day(month), next_first_day(month))
        rows = await connection.fetch(_RED_LINES, found.standing.unit_id, *bounds, found.board.as_at, month)
    known = found.book.red_lines
    return tuple(
        RedLineRow(
            on=row["on_day"],
            code=row["code"],
            name=known[row["code"]].name,
            effect=known[row["code"]].effect,
            reason=row["reason"],
        )
        for row in rows
        if row["code"] in known
    )


async def _history(board: MonthBoard, own: Standing) -> tuple[Past, ...]:
    """Return the months so far: places as they are read now, of the last month the total that stands on the card."""
    known = await heads()
    months = [month for month in sorted(known.by_month) if shifted(board.month, -HISTORY) <= month < board.month]
    boards = [*[await month_board(snapshot_id=known.by_month[month]) for month in months], board]
    past = [(one.month, one.by_unit.get(own.unit_id)) for one in boards]
    *before, last = [
        Past(month, held.total, held.rank, held.peer_rank) if held else Past(month, None, None, None)
        for month, held in past
    ]
    return (*before, Past(last.month, own.total, last.rank, last.peer_rank))
