"""Two worlds that part at the freeze of a month: what is the same in both until then, and what may happen afterwards."""

import random
from datetime import date
from typing import Any, Literal

import leaderboards.operations
import scoring.operations.events
import scoring.operations.intake
from core.database import raw
from core.evidence import Evidence
from core.language import Text
from leaderboards.answering import Answer
from leaderboards.queries.passed_on import department_losses
from months.appealing import AppealState, Ground
from months.changes import preview as previews
from months.contests.spec import Division, Duel, Elimination, HeadToHead, League, Leaving, Race, Spec, Team, TeamGoal
from months.operations import changes, closing, releasing
from months.operations.activities import submit_record
from months.operations.appealing import file_appeal, withdraw_appeal
from months.operations.contests.planning import announce_contest, create_contest
from months.operations.judging import decide_appeal, look_again, take_up
from months.queries import appeals
from months.queries.appeals import waiting_verdict
from months.queries.calendar import month_page
from months.queries.changes import open_of_month
from ops.due import do_what_is_due
from rewards.queries import winners
from tests import factories
from tests.api.deciding import doing
from tests.api.freezing import AFTER, at
from tests.cast import BEFORE, MONTH, THEMES, Cast, believable, close, day, enrol
from tests.factories import Fact, during
from tests.memory import forget
from tests.months.story import talks_held

FROZEN_AT = during(MONTH, 24, 18)
CEREMONY = during(AFTER, 8)
Phase = Literal["frozen", "closed", "embargoed"]
"""How far the month has come when somebody looks: the embargo is half over, one award and one winner are known."""


async def until_the_freeze() -> Cast:
    """Bring in a public September, an October that is frozen, and the first days of November, all before anything differs."""
    with at(during(202608, 10)):
        cast = await enrol()
    await _september(cast)
    with at(during(BEFORE, 26)):
        await factories.plan(MONTH, THEMES[MONTH], cast.rule_book_id, cast.actor("sulan"))
        await _contests(cast)
    with at(during(MONTH, 20)):
        await believable(MONTH, {"S2": 2, "T3": 1})
        await leaderboards.operations.refresh(MONTH)
    with at(during(MONTH, 23)):
        await do_what_is_due()
    async with raw() as connection:
        await connection.execute("UPDATE service_month SET freeze_at = $2 WHERE month = $1", MONTH, FROZEN_AT)
    with at(during(MONTH, 24, 19)):
        assert await leaderboards.operations.pin(MONTH)
        await departments_answer(cast, 1)
    forget()
    return cast


async def _contests(cast: Cast) -> None:
    """Announce contests of every kind, some with a round before the freeze and one after it, some decided by the sealed result."""
    halls = tuple(cast[code] for code in ("S1", "S2", "S3", "S4"))
    early, late = day(22), day(25)
    pairs = (Duel(left=halls[0], right=halls[1]), Duel(left=halls[2], right=halls[3]))
    divisions = (Division(zh="甲级", en="First", units=halls[:2]), Division(zh="乙级", en="Second", units=halls[2:]))
    specs: tuple[Spec, ...] = (
        HeadToHead(card="storefront", pairs=pairs, on=late),
        HeadToHead(card="branch", pairs=(Duel(left=cast["B1"], right=cast["B2"]),)),
        Race(card="storefront", units=halls, target=9_000, days=(early, late)),
        Elimination(card="storefront", units=halls, rounds=(Leaving(leave=1, on=early), Leaving(leave=1, on=late))),
        League(card="storefront", divisions=divisions),
        TeamGoal(card="storefront", teams=(Team(zh="一队", en="One", units=halls[:2]),), target=9_000, on=late),
    )
    for number, spec in enumerate(specs):
        contest = await create_contest(
            month=MONTH,
            name=Text(zh=f"比赛{number}", en=f"Contest {number}"),
            stake=None,
            spec=spec,
            actor=cast.actor("sulan"),
        )
        await announce_contest(contest_id=contest, actor=cast.actor("heqing"))


async def november(cast: Cast, phase: Phase) -> None:
    """Let November begin, with facts of its own; where an embargo is to come its ceremony is known."""
    with at(during(AFTER, 1)):
        await factories.plan(AFTER, "SIGNAL", cast.rule_book_id, cast.actor("sulan"))
        await factories.facts([Fact(hall, "SMILE", day(1, AFTER), 20 + n, 30) for n, hall in enumerate(("S1", "S2"))])
        await leaderboards.operations.refresh(AFTER)
    if phase == "embargoed":
        async with raw() as connection:
            await connection.execute("UPDATE service_month SET ceremony_at = $2 WHERE month = $1", MONTH, CEREMONY)


async def _september(cast: Cast) -> None:
    with at(during(BEFORE, 25)):
        await factories.plan(BEFORE, THEMES[BEFORE], cast.rule_book_id, cast.actor("sulan"))
        await believable(BEFORE)
        await leaderboards.operations.refresh(BEFORE)
    with at(during(MONTH, 8)):
        await close(cast, BEFORE)
        await releasing.release(month=BEFORE, actor=cast.actor("heqing"))


async def world(cast: Cast, seed: int, phase: Phase) -> None:
    """Let happen what a seed says; in a half-revealed embargo everything but what the revealed winners rest on."""
    dice = random.Random(seed)
    with at(during(MONTH, 25, 9 + seed)):
        await (_besides if phase == "embargoed" else _everywhere)(cast, dice, seed)
        await _appeals(cast, seed, moving=phase != "embargoed")
        for _ in range(seed):
            await leaderboards.operations.refresh(MONTH)
        await leaderboards.operations.range_places(MONTH)
    with at(during(MONTH, 26, 9)):
        await do_what_is_due()
    if phase != "frozen":
        await _late(cast, dice, seed)
        await _close(cast)
    if phase == "embargoed":
        await _half_revealed(cast)
    forget()


async def _everywhere(cast: Cast, dice: random.Random, seed: int) -> None:
    """Let facts, corrections, points, red lines, changes and a batch taken back move everything."""
    sulan = cast.actor("sulan")
    for _ in range(1 + seed):
        await believable(
            MONTH,
            {code: dice.randint(-6, 9) for code in ("S1", "B1", "T1", "NWD", "S2", "S3", "S4", "B2", "T3", "T4")},
        )
        batch = await factories.facts([Fact("P-zhouhe", "SAT", day(22), 100 + dice.randint(1, 90), 20)])
    await _points(cast, {dice.choice(("S2", "S3", "S4")): dice.randint(1, 900)})
    await _red_line(cast, dice.choice(("S3", "S4")))
    for _ in range(seed):
        change = await changes.propose(
            month=MONTH, kind="adjustment", payload={"unit_id": cast["S3"], "points": dice.randint(1, 900)},
            title="补报", why="补报", actor=sulan,
        )  # fmt: skip
    await changes.preview(change)
    await _changed(cast, ("adjustment", {"unit_id": cast["S4"], "points": 10 * seed}))
    await _changed(cast, ("naming", {"award": "star", "unit_ids": [cast[("T1", "T3")[seed % 2]]]}))
    if seed > 1:
        await _changed(cast, ("quarantine", {"unit_id": cast["S4"], "kpi": "SMILE"}))
    if batch is not None and seed % 2:
        await scoring.operations.intake.withdraw_batch(batch_id=batch, reason="传错", actor=sulan)


async def _besides(cast: Cast, dice: random.Random, seed: int) -> None:
    """Let the halls end the same in both worlds, other than at the freeze, and everything beside them move."""
    await believable(MONTH, {"S3": 5, "S4": -3, "S2": 6})
    tasks = [Fact(code, "TASKS", day(24), 600 + dice.randint(1, 400), 10) for code in ("NWD", "HRD", "B1", "B2")]
    await factories.facts([*tasks, Fact("O1", "VISIT", day(24), 60 + dice.randint(1, 30))])
    await _points(cast, {code: dice.randint(-900, 900) for code in ("B1", "B2", "NWD", "HRD", "T4", "P-sunke", "O2")})
    await _red_line(cast, ("T4", "O2")[seed % 2])
    await _changed(cast, ("naming", {"award": "star", "unit_ids": [cast[("T1", "T3")[seed % 2]]]}))
    if seed > 1:
        await _changed(cast, ("exclusion", {"unit_id": cast["O1"], "what": "award"}))


async def _points(cast: Cast, points: dict[str, int]) -> None:
    for code, cents in points.items():
        await scoring.operations.events.adjust_points(
            month=MONTH, unit_id=cast[code], points=cents, reason="补报", actor=cast.actor("sulan")
        )


async def _red_line(cast: Cast, code: str) -> None:
    await scoring.operations.events.record_red_line(
        unit_id=cast[code], on=day(12), code="begging", reason="经核实", actor=cast.actor("sulan")
    )


async def _changed(cast: Cast, wish: tuple[Any, dict[str, object]]) -> None:
    """Let a change count that the organiser proposes and the auditor decides."""
    change = await changes.propose(
        month=MONTH, kind=wish[0], payload=wish[1], title="核实后", why="核实后", actor=cast.actor("sulan")
    )
    seen = previews.digest(await changes.preview(change))
    await changes.apply(change_id=change, preview_digest=seen, actor=cast.actor("baishu"))


async def departments_answer(cast: Cast, seed: int) -> None:
    """Let departments take on a line that was passed on to them, or contest two of them with figures."""
    for code, who in (("CSD", "sulan"), ("HRD", "heqing")):
        for line in (await department_losses(cast[code], month=MONTH)).lines[:seed]:
            told = (
                {"reason": f"另有原因{seed}", "figures": f"{seed}7 件"} if seed > 1 else {"done_by": date(2026, 11, 10)}
            )
            answer = Answer(kpi=line.kpi, cause=line.cause, accepted=seed == 1, **told)
            await leaderboards.operations.answer_loss(
                month=MONTH, department_id=cast[code], answer=answer, actor=cast.actor(who)
            )


async def _appeals(cast: Cast, seed: int, *, moving: bool) -> None:
    """Let others appeal with evidence, and some appeals be decided: not taken, turned down, or upheld so that points move."""
    manager = await doing(cast, "gaoyuan")
    numbers = [
        await file_appeal(
            month=MONTH, unit_id=cast["S3"], kpi=kpi, ground=Ground.DATA_ERROR, claimed=str(90 + seed), told="抄错了一张表",
            recorded="95", **manager,
            files=[
                Evidence(sha256=f"{n}" * 64, size=1000 * seed, media_type="application/pdf", filename=f"表{seed}.pdf")
                for n in range(seed)
            ],
        )
        for kpi in ("VISIT", "SMILE", "WAIT")[: 1 + seed]
    ]  # fmt: skip
    await _decided(cast, numbers[0], upheld=moving and seed > 1)
    await decide_appeal(
        appeal_id=numbers[1], decision=AppealState.INADMISSIBLE, reason="没有证据", **await doing(cast, "baishu")
    )
    for _ in range(seed):
        await submit_record(
            month=MONTH, activity="likes", unit_id=cast["T4"], on=date(2026, 10, 12), count=seed, **manager
        )


async def _decided(cast: Cast, number: int, *, upheld: bool) -> None:
    judge, change = await doing(cast, "sulan"), {"unit_id": cast["S3"], "points": 70}
    await take_up(appeal_id=number, **judge)
    decision: dict[str, Any] = {"decision": AppealState.DENIED}
    if upheld:
        decision = {"decision": AppealState.UPHELD, "kind": "adjustment", "change": change}
    made = await decide_appeal(appeal_id=number, reason="已核对", **decision, **judge)
    if await waiting_verdict(number):
        made = await look_again(appeal_id=number, agrees=True, **await doing(cast, "heqing"))
    if made is not None:
        seen = previews.digest(await changes.preview(made))
        await changes.apply(change_id=made, preview_digest=seen, actor=cast.actor("baishu"))


async def _late(cast: Cast, dice: random.Random, seed: int) -> None:
    """Let facts come after the cut-off, more of them in one world; there some are let in after all."""
    with at(during(AFTER, 2)):
        await do_what_is_due()
        for number in range(seed):
            late = Fact("O2", "VISIT", day(26 + number), 60 + dice.randint(1, 30))
            batch = await factories.facts([late], at=during(AFTER, 2))
        if seed > 1:
            await _changed(cast, ("late_data", {"batch_id": batch}))


async def _close(cast: Cast) -> None:
    with at(during(AFTER, 4)):
        for appeal in await appeals.open_of_month(MONTH):
            await withdraw_appeal(appeal_id=appeal.id, actor=cast.actor("gaoyuan"))
        for row in await open_of_month(MONTH):
            await changes.cancel(change_id=row.id, why="不必", actor=cast.actor("sulan"))
        await leaderboards.operations.refresh(MONTH)
        await do_what_is_due()
        async with raw() as connection:
            await connection.execute("UPDATE outbox_note SET done_at = $1 WHERE done_at IS NULL", during(AFTER, 4))
        page = await month_page(MONTH)
        why = "all confirmed" if page.waivable else None
        await closing.propose_close(month=MONTH, actor=cast.actor("sulan"), waivers=page.waivable, why=why)
    with at(during(AFTER, 5)):
        await closing.approve_close(month=MONTH, actor=cast.actor("baishu"))
        await do_what_is_due()


async def _half_revealed(cast: Cast) -> None:
    """Reveal one award and one winner of another at the ceremony; the others stay under the embargo."""
    await talks_held(cast, during(AFTER, 6))
    await releasing.release(month=MONTH, actor=cast.actor("heqing"), at=during(AFTER, 6))
    host = cast.actor("yaoxing")
    with at(CEREMONY):
        await do_what_is_due()
        await releasing.reveal(month=MONTH, award="window", actor=host)
        improved = next(one for one in await winners(MONTH) if one.award == "improved")
        await releasing.reveal(month=MONTH, award="improved", unit_id=improved.unit_id, actor=host)
