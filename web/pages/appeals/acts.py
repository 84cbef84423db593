"""What is done to an appeal: taken up, decided, taken back, given more evidence."""

from collections.abc import Awaitable, Callable
from typing import Any

from litestar import Response, post
from litestar.params import FromPath
from litestar.response import Redirect

from core.errors import Invalid, ShifenError, problem
from months.appealing import AppealState
from months.operations.appealing import add_files, withdraw_appeal
from months.operations.judging import decide_appeal, look_again, take_up
from months.queries.appeals import AppealRow, waiting_verdict
from months.queries.exclusions import standing_red_line
from org.organisation import Organisation
from scoring.queries.facts import FactRow
from web.forms import Form, form_of
from web.frame import Req, said
from web.once import once
from web.pages.appeals.one import page
from web.pages.appeals.parts import JUDGE, LARGEST, SEE, days_of, kept, line_of, one_seen
from web.pages.changes.making import cents

TYPED = ("decision", "reason", "remedy", "on", "value", "numerator", "denominator", "points")
DECISIONS = (AppealState.INADMISSIBLE, AppealState.UPHELD, AppealState.PARTLY, AppealState.DENIED)
Answer = Response[str] | Redirect


async def _done(request: Req, appeal_id: int, sent: Form, effect: Callable[[], Awaitable[None]], told: str) -> Answer:
    """Do it and show the appeal with one sentence, or with why it was refused."""

    async def whole() -> str:
        await effect()
        return f"/appeals/{appeal_id}"

    try:
        await once(request, sent, whole)
    except ShifenError as refusal:
        return await page(request, appeal_id, {name: sent.typed(name) for name in TYPED}, refusal)
    return said(f"/appeals/{appeal_id}", "appeal_second" if await waiting_verdict(appeal_id) else told)


@post("/appeals/{appeal_id:int}/review", opt=JUDGE, status_code=303)
async def review(request: Req, appeal_id: FromPath[int]) -> Answer:
    """Take an appeal up: the first answer."""
    sent, who = await form_of(request), {"viewer": request.state.viewer, "actor": request.state.actor}
    return await _done(request, appeal_id, sent, lambda: take_up(appeal_id=appeal_id, **who), "appeal_taken_up")


@post("/appeals/{appeal_id:int}/decision", opt=JUDGE, status_code=303)
async def decide(request: Req, appeal_id: FromPath[int]) -> Answer:
    """Decide an appeal; upheld, it becomes a change set that a second person applies."""
    sent, row = await form_of(request), await one_seen(request, appeal_id)

    async def effect() -> None:
        wish = sent.text("decision", 16)
        if wish not in {str(one) for one in DECISIONS}:
            raise Invalid(problem("no_decision", "请选择裁定。", "Choose the decision."))
        upheld = wish in {AppealState.UPHELD, AppealState.PARTLY}
        await decide_appeal(
            appeal_id=appeal_id,
            decision=AppealState(wish),
            reason=sent.text("reason", 1_000),
            kind=sent.text("remedy", 16) or "correction",
            change=await _fitted(request, row, await remedy(sent, row, request.state.organisation)) if upheld else None,
            viewer=request.state.viewer,
            actor=request.state.actor,
        )

    return await _done(request, appeal_id, sent, effect, "appeal_decided")


@post("/appeals/{appeal_id:int}/second-look", opt=JUDGE, status_code=303)
async def second_look(request: Req, appeal_id: FromPath[int]) -> Answer:
    """Confirm a decision that waits, or send it back with the reason."""
    sent, row = await form_of(request), await one_seen(request, appeal_id)

    async def effect() -> None:
        who = {"viewer": request.state.viewer, "actor": request.state.actor}
        agrees, note = sent.text("agrees", 3), sent.text("note", 1_000)
        if agrees not in {"yes", "no"}:
            raise Invalid(problem("no_decision", "请选择裁定。", "Choose the decision."))
        await look_again(appeal_id=row.id, agrees=agrees == "yes", note=note, **who)

    return await _done(request, row.id, sent, effect, "appeal_decided")


async def remedy(sent: Form, row: AppealRow, organisation: Organisation) -> dict[str, Any]:
    """Return what follows from an upheld appeal: about its own unit and KPI, nothing else."""
    kind = sent.text("remedy", 16)
    if kind == "quarantine":
        return {"unit_id": row.unit_id, "kpi": row.kpi}
    if kind == "red_line":
        return {"lift": await standing_red_line(row.unit_id, row.kpi, row.month)}
    if kind == "adjustment":
        return {"unit_id": row.unit_id, "points": cents(sent.text("points", 12)), "evidence": f"AP-{row.id:04d}"}
    unit = organisation.unit(row.unit_id)
    told = {name: text for name in ("on", "value", "numerator", "denominator") if (text := sent.text(name, 48))}
    if kind != "correction" or unit is None or not told.keys() - {"on"}:
        zh, en = "请写明更正后的数值。", "Write the value that is to stand."
        raise Invalid(problem("change_needed", zh, en))
    return {"records": [{"unit": unit.code, "kpi": row.kpi, **told}]}


async def _fitted(request: Req, row: AppealRow, change: dict[str, Any]) -> dict[str, Any]:
    """Return a correction for all days of the stored fact that it replaces, with its sample: a week is not corrected by a day."""
    if "records" not in change:
        return change
    found = await line_of(request, row.unit_id, row.kpi, row.month)
    stored = {one.on.isoformat(): one for one in found.facts.rows if one.item is None}
    return {"records": [_like(one, stored.get(one.get("on", ""))) for one in change["records"]]}


def _like(record: dict[str, Any], fact: FactRow | None) -> dict[str, Any]:
    if fact is None:
        return record
    sample = {"sample": str(fact.sample)} if fact.sample else {}
    return {**record, "on": days_of(fact), **sample}


@post("/appeals/{appeal_id:int}/withdrawal", opt=SEE, status_code=303)
async def withdraw(request: Req, appeal_id: FromPath[int]) -> Answer:
    """Take back an appeal that one filed oneself."""
    sent, row = await form_of(request), await one_seen(request, appeal_id)
    actor = request.state.actor
    return await _done(request, row.id, sent, lambda: withdraw_appeal(appeal_id=row.id, actor=actor), "appeal_back")


@post("/appeals/{appeal_id:int}/evidence", opt=SEE, status_code=303, request_max_body_size=LARGEST)
async def add(request: Req, appeal_id: FromPath[int]) -> Answer:
    """Add files to an appeal of one's own."""
    sent, row = await form_of(request), await one_seen(request, appeal_id)

    async def effect() -> None:
        files = await kept(request, sent) if row.unit_id in request.state.scope.own else ()
        if row.unit_id in request.state.scope.own and not files:
            raise Invalid(problem("no_file", "请选择一个文件。", "Choose a file."))
        who = {"viewer": request.state.viewer, "actor": request.state.actor}
        await add_files(appeal_id=row.id, files=files, **who)

    return await _done(request, row.id, sent, effect, "evidence_added")


HANDLERS = (review, decide, second_look, withdraw, add)
