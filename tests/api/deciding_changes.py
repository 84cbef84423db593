"""Change sets of every kind before somebody who may not decide about them."""

from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any

from msgspec.structs import replace

from core.clock import now
from core.database import raw
from months.appealing import AppealState
from months.changes import preview as previews
from months.operations import changes
from months.operations import judging as verdicts
from scoring.intake.told import Options
from scoring.operations import intake
from tests.api.deciding import RUNNING, Attack, Try, begun, doing, hired
from tests.api.deciding_appeals import appealed
from tests.api.freezing import at
from tests.cast import MONTH, Cast, day
from tests.factories import Fact, during, facts

APPLY = ("/changes/{change_id}/apply", "/api/v1/changes/{change_id}/application")
CANCEL = ("/changes/{change_id}/cancel", "/api/v1/changes/{change_id}/cancellation")
LATE = during(MONTH, 35)
BACK = {"why": "不必"}
ROWS = "单位,指标,日期,分子,分母,样本\nS4,SMILE,2026-10-05,90,100,100"
RECORD = {"unit": "S4", "kpi": "SMILE", "on": day(1).isoformat(), "numerator": "81", "denominator": "100"}
Payloads = dict[str, Callable[[Cast], Awaitable[dict[str, Any]]]]


async def _rules(_cast: Cast) -> dict[str, Any]:
    return {"theme": "SIGNAL"}


async def _correction(_cast: Cast) -> dict[str, Any]:
    return {"records": [RECORD]}


async def _withdrawal(_cast: Cast) -> dict[str, Any]:
    return {"withdraw": await facts([Fact("S4", "VISIT", day(30), 70, 1)])}


async def _late_data(_cast: Cast) -> dict[str, Any]:
    return {"batch_id": await facts([Fact("S4", "VISIT", day(30), 70, 1)], at=LATE)}


async def _file(cast: Cast) -> dict[str, Any]:
    seen = await intake.preview_file(
        filename="十月.csv", content=ROWS.encode(), options=Options(month=MONTH), actor=cast.actor("sulan")
    )
    return {"upload_id": seen.upload_id}


async def _membership(cast: Cast) -> dict[str, Any]:
    return {"unit_id": cast["T5"], "parent_id": cast["S3"], "on": day(1).isoformat()}


async def _adjustment(cast: Cast) -> dict[str, Any]:
    return {"unit_id": cast["S4"], "points": 10}


async def _exclusion(cast: Cast) -> dict[str, Any]:
    return {"unit_id": cast["S4"], "what": "award"}


async def _naming(cast: Cast) -> dict[str, Any]:
    return {"award": "star", "unit_ids": [cast["T5"]]}


async def _quarantine(cast: Cast) -> dict[str, Any]:
    return {"unit_id": cast["S4"], "kpi": "SMILE"}


async def _red_line(cast: Cast) -> dict[str, Any]:
    return {"unit_id": cast["S4"], "on": day(12).isoformat(), "code": "begging"}


KINDS: Payloads = {
    "rules": _rules, "correction": _correction, "correction by a file": _file, "correction by withdrawal": _withdrawal,
    "late_data": _late_data, "membership": _membership, "adjustment": _adjustment, "exclusion": _exclusion,
    "quarantine": _quarantine, "red_line": _red_line, "naming": _naming,
}  # fmt: skip


async def proposed(cast: Cast, kind: str) -> Try:
    """Put a change of a hall of the second branch before a second person."""
    await begun(cast)
    moment = LATE if kind == "late_data" else RUNNING
    payload = await KINDS[kind](cast)
    with at(moment):
        number = await changes.propose(
            month=MONTH,
            kind=kind.partition(" ")[0],
            payload=payload,
            title="核实",
            why="核实",
            actor=cast.actor("sulan"),
        )
        return await previewed(number, "sulan", "same_person")


async def previewed(number: int, who: str, code: str) -> Try:
    """Return the attempt to let a change count now, with the digest of what is seen now."""
    seen = previews.digest(await changes.preview(number))
    form, body, numbers = {"digest": seen}, {"preview_digest": seen}, {"change_id": number}
    return Try(who=who, code=code, instead="baishu", at=now(), numbers=numbers, form=form, body=body)


async def own_unit(cast: Cast, kind: str) -> Try:
    return replace(await proposed(await hired(cast, "B2"), kind), who="mengyao", code="own_unit")


async def turned_down(cast: Cast, kind: str) -> Try:
    return replace(await own_unit(cast, kind), form=BACK, body=BACK)


async def undone(cast: Cast) -> Try:
    """Let who proposed a change that counts undo it alone."""
    trial = await proposed(cast, "adjustment")
    with at(RUNNING):
        digest = trial.form["digest"]
        await changes.apply(change_id=trial.numbers["change_id"], preview_digest=digest, actor=cast.actor("heqing"))
    return replace(trial, form=BACK, body=BACK)


async def frozen(cast: Cast) -> Try:
    """Let two who are no auditors decide while nobody can be heard."""
    trial = await proposed(cast, "adjustment")
    async with raw() as connection:
        await connection.execute("UPDATE service_month SET freeze_at = $2 WHERE month = $1", MONTH, during(MONTH, 24))
    moment = during(MONTH, 25)
    with at(moment):
        seen = previews.digest(await changes.preview(trial.numbers["change_id"]))
    form, body = {"digest": seen}, {"preview_digest": seen}
    return replace(trial, who="heqing", code="auditor_needed", at=moment, form=form, body=body)


async def upheld(cast: Cast, who: str, code: str) -> Try:
    """Let an appeal of a hall be upheld by one, and its change wait for another."""
    cast = await hired(cast, "B2")
    await begun(cast)
    number = await appealed(cast, "gaoyuan", "S4")
    change = {"unit_id": cast["S4"], "points": 10}
    with at(RUNNING):
        judge = await doing(cast, "sulan")
        await verdicts.take_up(appeal_id=number, **judge)
        made = await verdicts.decide_appeal(
            appeal_id=number, decision=AppealState.UPHELD, reason="已核对", kind="adjustment", change=change, **judge
        )
        if made is None:
            made = await verdicts.look_again(appeal_id=number, agrees=True, **await doing(cast, "heqing"))
        assert made is not None
        return await previewed(made, who, code)


ATTACKS: dict[str, Attack] = {
    **{f"the own change: {kind}": Attack(*APPLY, partial(proposed, kind=kind)) for kind in KINDS},
    **{
        f"the change of the own unit: {kind}": Attack(*APPLY, partial(own_unit, kind=kind))
        for kind in KINDS
        if kind != "rules"
    },
    "the change of the own unit turned down": Attack(*CANCEL, partial(turned_down, kind="red_line")),
    "the own change undone": Attack(*CANCEL, undone),
    "the change while places are hidden": Attack(*APPLY, frozen),
    "the change that one's own verdict made": Attack(*APPLY, partial(upheld, who="sulan", code="same_person")),
    "the change that an appeal of the own unit made": Attack(*APPLY, partial(upheld, who="mengyao", code="own_unit")),
}
