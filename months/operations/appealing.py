"""Appeals: filed by who speaks for a unit, with evidence, and taken back."""

from collections.abc import Sequence
from datetime import datetime

import org.queries
from core import audit, period
from core.audit import Actor
from core.clock import now
from core.database import transaction
from core.errors import Conflict, Invalid, NotAllowed, NotFound, problem
from core.evidence import Evidence
from core.workdays import working_days
from months.appealing import OPEN, AppealState, Ground, due_at, window_problem
from months.models.appeals import Appeal, AppealFile
from months.operations import opinions, red_lines
from months.operations.appeal_steps import KIND, LONGEST, appeal_row, move, reason_given, step, tell_desk
from months.operations.guarding import account_of, locked, refuse
from months.queries import calendar, judging
from org.operations import notices
from org.visibility import Viewer, scope

MOST_FILES = 10
S = AppealState


async def file_appeal(  # noqa: PLR0913 - one named value for each field of the form
    *,
    month: int,
    unit_id: int,
    kpi: str,
    ground: Ground,
    claimed: str,
    told: str,
    recorded: str,
    files: Sequence[Evidence] = (),
    viewer: Viewer,
    actor: Actor,
    at: datetime | None = None,
) -> int:
    """File the appeal of a unit against one line of its card and return its number.

    Raises NotAllowed for a unit of others, Refused outside the window, Conflict when the line is disputed already.
    """
    moment = at or now()
    reason = reason_given(told)
    async with transaction():
        await locked(month)
        if unit_id not in scope(viewer, await org.queries.organisation_of_month(month)).own:
            raise NotAllowed(problem("not_your_unit", "只能为自己的单位申诉。", "Appeal for your own units only."))
        row = await calendar.month_row(month, moment)
        refuse([window_problem(moment, period.bounds(month)[0], row.appeals_until)])
        if await Appeal.filter(month=month, unit_id=unit_id, kpi=kpi).exists():
            raise Conflict(
                problem("appealed_already", "这一行本月已申诉过。", "This line has been appealed this month.")
            )
        made = await Appeal.create(
            month=month, unit_id=unit_id, kpi=kpi, ground=ground.value, claimed=claimed.strip()[:LONGEST], told=reason,
            recorded=recorded, route=await judging.desk_of(ground, actor, unit_id, month), filed_at=moment, filed_by=account_of(actor),
            due_at=due_at(moment, working_days()),
        )  # fmt: skip
        await _attach(made, files, actor, moment)
        await step(made, S.SUBMITTED, actor, moment, None)
        await red_lines.rest(made, moment)
        await tell_desk(made, moment, aside=made.filed_by)
        await opinions.ask(made, moment)
    return int(made.id)


async def add_files(
    *, appeal_id: int, files: Sequence[Evidence], viewer: Viewer, actor: Actor, at: datetime | None = None
) -> None:
    """Add evidence to an appeal of one's own that is not decided; what was sent before stays."""
    async with transaction():
        row = await appeal_row(appeal_id)
        if row.unit_id not in scope(viewer, await org.queries.organisation_of_month(row.month)).own:
            raise NotFound(problem("no_such_appeal", "没有这件申诉。", "There is no such appeal."))
        if row.state not in OPEN:
            raise Conflict(problem("appeal_state", "申诉已有结果。", "The appeal has come to its end."))
        await _attach(row, files, actor, at or now())


async def withdraw_appeal(*, appeal_id: int, actor: Actor, at: datetime | None = None) -> None:
    """Take an appeal back, by who filed it, before it is decided."""
    moment = at or now()
    async with transaction():
        row = await appeal_row(appeal_id)
        if row.filed_by != account_of(actor):
            raise NotAllowed(problem("not_your_appeal", "只能撤回自己的申诉。", "Take back your own appeals only."))
        await move(row, S.WITHDRAWN, actor, moment, None, decided_at=moment, decided_by=row.filed_by)
        await red_lines.count_again(row, moment)
        for href in (f"/appeals/{row.id}", opinions.opinion_href(row.id)):
            await notices.settle(kind=KIND, href=href, at=moment)


async def _attach(row: Appeal, files: Sequence[Evidence], actor: Actor, at: datetime) -> None:
    held = {one.sha256 for one in await AppealFile.filter(appeal_id=row.id)}
    fresh = {one.sha256: one for one in files if one.sha256 not in held}
    if len(held) + len(fresh) > MOST_FILES:
        zh, en = f"证据最多 {MOST_FILES} 个文件。", f"An appeal takes at most {MOST_FILES} files."
        raise Invalid(problem("too_many_files", zh, en))
    for one in fresh.values():
        await AppealFile.create(
            appeal_id=row.id, sha256=one.sha256, filename=one.filename, media_type=one.media_type, size=one.size,
            at=at, by=account_of(actor),
        )  # fmt: skip
        await audit.record(
            actor=actor, action="add_evidence", subject_kind=KIND, subject=row.id, after={"sha256": one.sha256}
        )
