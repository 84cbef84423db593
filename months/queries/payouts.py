"""The payout lists of a month: those made, what the next one would hold, and which lines wait for what."""

from datetime import datetime

import msgspec

import org.queries
from core.clock import now
from core.database import raw
from core.language import Text
from core.workdays import working_days
from months import payouts
from months.dates import end_of_working_day
from months.payouts import PayLine, Waiting
from months.queries import appeals
from months.queries.notice import UPHELD, NoticeLine, notice
from org.names import named
from scoring.queries.rules import Rules, rules_of

_LISTS = """
SELECT l.id, l.month, l.number, l.lines, l.digest, l.proposed_at, l.proposed_by, p.display_name AS proposer,
  l.withdrawn_at, l.approved_at, l.approved_by, a.display_name AS approver
FROM payout_list l JOIN account p ON p.id = l.proposed_by LEFT JOIN account a ON a.id = l.approved_by
WHERE l.month = $1 ORDER BY l.number
"""
_DUE = "SELECT difference, at FROM restatement WHERE month = $1 ORDER BY version"
NOTICE_RUNS = Text(zh="公示期未满。", en="The public notice is not over.")
OBJECTED = Text(zh="公示期的异议待裁定。", en="An objection of the public notice is not decided.")
MAY_CHANGE = Text(
    zh="该单位有事项待裁定，结果可能改变。", en="A matter of the unit is not decided; the result may change."
)
RESTATED = Text(zh="重述后补发。", en="Due after a restatement.")


class PayoutList(msgspec.Struct, frozen=True, kw_only=True):
    """One list: its lines, its digest, who proposed it, and who approved it when (UTC), or that it was taken back."""

    id: int
    month: int
    number: int
    lines: tuple[PayLine, ...]
    digest: str
    proposed_at: datetime
    proposed_by: int
    proposer: str
    withdrawn_at: datetime | None
    approved_at: datetime | None
    approved_by: int | None
    approver: str | None

    @property
    def open(self) -> bool:
        """Say whether it waits for the second person."""
        return self.approved_at is None and self.withdrawn_at is None

    @property
    def total(self) -> int:
        """Return the reward points of all its lines."""
        return sum(line.points for line in self.lines)


class Due(msgspec.Struct, frozen=True, kw_only=True):
    """What the next list would hold, and the lines that wait."""

    lines: tuple[PayLine, ...] = ()
    waiting: tuple[Waiting, ...] = ()


class _Difference(msgspec.Struct):
    awards_due: tuple[tuple[str, int], ...] = ()


async def lists(month: int) -> tuple[PayoutList, ...]:
    """Return all payout lists of a month in their order, those taken back among them."""
    async with raw() as connection:
        rows = [dict(row) for row in await connection.fetch(named(_LISTS), month)]
    return tuple(
        PayoutList(**{**row, "lines": msgspec.json.decode(row["lines"], type=tuple[PayLine, ...])}) for row in rows
    )


async def due(month: int, at: datetime | None = None) -> Due:
    """Return what may be paid now beyond the approved lists; nothing before the publication."""
    moment = at or now()
    found = await notice(month, moment)
    if found is None:
        return Due()
    open_for = await appeals.may_change(month)
    rules = await rules_of(month)
    lines = [(_line(one, rules), _reasons(one, found.over)) for one in found.lines if not _upheld(one)]
    held = {line.key for line, _ in lines}
    lines += [one for one in await _restated(month, moment, rules) if one[0].key not in held]
    told = [(line, (*reasons, *((MAY_CHANGE,) if line.unit_id in open_for else ()))) for line, reasons in lines]
    before = payouts.paid(one.lines for one in await lists(month) if one.approved_at)
    return Due(
        lines=payouts.still_due([line for line, reasons in told if not reasons], before),
        waiting=tuple(
            Waiting(line=line, reasons=reasons)
            for line, reasons in told
            if reasons and payouts.still_due([line], before)
        ),
    )


def _upheld(one: NoticeLine) -> bool:
    return any(said.decision == UPHELD for said in one.objections)


def _reasons(one: NoticeLine, over: bool) -> tuple[Text, ...]:  # noqa: FBT001 - one of two states of the notice
    waiting = any(said.decision is None for said in one.objections)
    return (*(() if over else (NOTICE_RUNS,)), *((OBJECTED,) if waiting else ()))


def _line(one: NoticeLine, rules: Rules) -> PayLine:
    won = one.winner
    return PayLine(
        award=won.award,
        award_name=won.award_name,
        unit_id=won.unit_id,
        unit_code=won.unit_code,
        unit_name=won.unit_name,
        prize=won.prize,
        points=rules.book.awards[won.award].points,
        reason=won.reason,
    )


async def _restated(month: int, moment: datetime, rules: Rules) -> list[tuple[PayLine, tuple[Text, ...]]]:
    """Return what restatements made due beside the published awards; each has its own notice, since it was public."""
    async with raw() as connection:
        rows = await connection.fetch(_DUE, month)
        days = await connection.fetchval("SELECT notice_days FROM service_month WHERE month = $1", month)
    if not rows:
        return []
    calendar, organisation = working_days(), await org.queries.organisation_of_month(month)
    found: dict[payouts.Key, tuple[PayLine, tuple[Text, ...]]] = {}
    for row in rows:
        reasons = () if moment >= end_of_working_day(row["at"], days, calendar) else (NOTICE_RUNS,)
        for code, unit_id in msgspec.json.decode(row["difference"], type=_Difference).awards_due:
            award, unit = rules.book.awards.get(code), organisation.unit(unit_id)
            if award is None or unit is None:
                continue
            line = PayLine(
                award=code, award_name=award.name, unit_id=unit_id, unit_code=unit.code,
                unit_name=Text(unit.name_zh, unit.name_en), prize=award.prize, points=award.points, reason=RESTATED,
            )  # fmt: skip
            found.setdefault(line.key, (line, reasons))
    return list(found.values())
