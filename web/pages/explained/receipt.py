"""The receipt: one unit's month on one page of paper, every step of it one tap away."""

from collections.abc import Iterable
from datetime import datetime

from litestar import Response, get
from litestar.params import FromPath

from core.language import current
from leaderboards.queries.receipts import receipt
from leaderboards.queries.snapshots import heads
from leaderboards.receipts import Receipt, ReceiptLine
from org.roles import Action
from scoring.queries.batches import BatchPart
from scoring.steps.telling import Step
from web import show
from web.frame import Req, html
from web.numbers import one_of
from web.pages.came import came
from web.pages.explained.steps import step_lines
from web.pages.lines import DASH, number, score_of, state_of, weight_moved, with_unit
from web.pages.months.parts import month_choices
from web.sentences.explained import WORDS
from web.sentences.teller import teller
from web.views.explained import ReceiptRow, ReceiptView
from web.views.shell import Crumb, Fact, Link

MOST_BATCHES = 4
METHOD = ("method", "limits")
say = teller(WORDS)


@get("/units/{unit_id:int}/receipt", opt={"action": Action.SEE_UNIT, "unit": "unit_id"})
async def receipt_page(request: Req, unit_id: FromPath[int]) -> Response[str]:
    """Show the receipt of a unit's month."""
    known = await heads()
    month = one_of(request.query_params.get("month", ""), known.by_month) or known.latest
    found = await receipt(unit_id, month=month)
    return html(request, "receipt.html", _view(found, known.by_month))


def _view(found: Receipt, months: Iterable[int]) -> ReceiptView:
    reader = current()
    name, month = found.name.read(reader), show.month(found.month, reader)
    query = f"month={found.month}"
    return ReceiptView(
        title=say("receipt_of", name=name),
        subtitle=f"{found.code} · {found.card_name.read(reader)} · {month}",
        provisional=not found.sealed,
        crumbs=(
            Crumb(say("boards"), f"/boards?kind={found.card}"),
            Crumb(name, f"/units/{found.unit_id}?{query}"),
            Crumb(say("receipt")),
        ),
        months=month_choices(months, found.month),
        links=(
            Link(say("json"), f"/api/v1/units/{found.unit_id}/receipt?{query}", "file-down"),
            Link(say("outlook"), f"/units/{found.unit_id}/what-if?{query}", "sliders-horizontal"),
        ),
        facts=tuple(_facts(found)),
        rows=tuple(_row(line) for line in found.lines),
        total_steps=step_lines(found.total_steps),
        place_steps=step_lines(found.place_steps),
        digest=found.digest or "",
        foot=say("sealed_foot") if found.digest else say("open_foot", n=found.snapshot_id),
        moved_on="" if found.same else say("moved_on"),
    )


def _facts(found: Receipt) -> Iterable[Fact]:
    reader = current()
    at = show.moment(datetime.fromisoformat(found.made_at), reader)
    place = say("place_of", rank=found.peer_rank, of=found.peer_of) if found.peer_rank else say("no_place")
    yield Fact(say("total"), found.total or DASH)
    yield Fact(say("place"), place)
    yield Fact(say("card_total"), found.card_total or DASH)
    yield Fact(say("group"), found.group_name.read(reader))
    if found.theme:
        yield Fact(say("theme"), found.theme.read(reader))
    yield Fact(say("rule_book"), f"{found.rule_book[:12]}…")
    yield Fact(say("snapshot"), say("snapshot_of", n=found.snapshot_id, at=at))


def _row(told: ReceiptLine) -> ReceiptRow:
    line, reader = told.line, current()
    sums = line.numerator if line.denominator in {None, "1"} else f"{line.numerator} ÷ {line.denominator}"
    measured = _result(told.steps, "value")
    counted = with_unit(line.value, line.unit_name)
    after = line.weight_after if weight_moved(line) else number(line.weight_after)
    return ReceiptRow(
        code=line.kpi,
        name=line.name.read(reader),
        facts=sums or DASH,
        value=with_unit(measured, line.unit_name) if measured else counted,
        counted=counted if _result(told.steps, "shrinkage") else "",
        score=score_of(line),
        weight=DASH if line.extra else f"{number(line.weight)} → {after}" if weight_moved(line) else after,
        points=DASH if line.extra else line.points,
        lost=DASH if line.extra else line.lost,
        how=_how(told.steps),
        batches=_batches(told.batches),
        state=state_of(line)[0],
        steps=step_lines(told.steps),
        batch_lines=tuple(_batch(part) for part in told.batches),
    )


def _result(steps: Iterable[Step], code: str) -> str:
    return next((step.result.replace(show.MINUS, "-") for step in steps if step.code == code), "")


def _how(steps: Iterable[Step]) -> str:
    """Return the arithmetic of the score in one line."""
    told = [step for step in steps if step.code in METHOD]
    if not told:
        return ""
    last = told[-1]
    note = show.full_width(last.note.read(current()))
    return note if last.figures in {"", last.result} else f"{last.figures} = {last.result}"


def _batches(parts: tuple[BatchPart, ...]) -> str:
    words = [f"#{part.batch_id}" for part in parts[:MOST_BATCHES]]
    more = len(parts) - MOST_BATCHES
    return " ".join([*words, *([f"+{more}"] if more > 0 else [])])


def _batch(part: BatchPart) -> Fact:
    at = show.moment(part.received_at, current(), short=True)
    name = " · ".join(word for word in (say("batch", n=part.batch_id), part.filename or came(part.via)) if word)
    return Fact(name, say("batch_facts", n=part.facts, at=at))


HANDLERS = (receipt_page,)
