"""Where the page of a month leads: each part of the program adds its line."""

from collections.abc import Callable

from msgspec import Struct

from core.language import Text
from months.lifecycle import State
from months.queries.calendar import MonthRow
from org.roles import Action
from web.sentences.complete import TITLE as COMPLETE
from web.sentences.exceptions import TITLE as EXCEPTIONS
from web.sentences.proof import TITLE as VERIFY
from web.sentences.watch import TITLE as WATCH
from web.views.shell import Link

OPEN_OR_CLOSED = frozenset(State) - {State.DRAFT, State.ANNOUNCED, State.CANCELLED}


class MonthLink(Struct, frozen=True):
    """A page about one month: its name, address with `{month}`, picture, who may follow it, and when it says anything."""

    name: Text
    address: str
    picture: str
    action: Action
    when: Callable[[MonthRow], bool] = lambda _row: True


LINKS: tuple[MonthLink, ...] = (
    MonthLink(Text(zh="排行榜", en="Boards"), "/boards?month={month}", "trophy", Action.SEE_BOARD),
    MonthLink(
        Text(zh="奖项", en="Awards"),
        "/awards?month={month}",
        "award",
        Action.SEE_AWARDS,
        lambda row: row.final or row.state in OPEN_OR_CLOSED,
    ),
    MonthLink(
        Text(zh="揭晓", en="Reveal"),
        "/months/{month}/reveal",
        "eye",
        Action.REVEAL_AWARDS,
        lambda row: row.state is State.EMBARGOED,
    ),
    MonthLink(
        Text(zh="公示", en="Public notice"),
        "/months/{month}/notice",
        "flag",
        Action.SEE_AWARDS,
        lambda row: row.public,
    ),
    MonthLink(
        Text(zh="兑现清单", en="Payout lists"),
        "/months/{month}/payouts",
        "award",
        Action.DECIDE_PAYOUT,
        lambda row: row.public,
    ),
    MonthLink(
        Text(zh="本月规则", en="Rules of the month"),
        "/months/{month}/rules",
        "book-open",
        Action.SEE_MONTH,
        lambda row: row.announced_at is not None,
    ),
    MonthLink(
        Text(zh="主题活动", en="Activities"),
        "/months/{month}/activities",
        "list-checks",
        Action.RECORD_ACTIVITY,
        lambda row: row.announced_at is not None,
    ),
    MonthLink(Text(zh="计划", en="Plan"), "/months/{month}/plan", "pencil", Action.PLAN_MONTH),
    MonthLink(Text(zh="比赛", en="Contests"), "/contests?month={month}", "flag", Action.SEE_CONTESTS),
    MonthLink(
        Text(zh="主题成效", en="What the theme achieved"),
        "/months/{month}/effect",
        "scale",
        Action.SEE_HISTORY,
        lambda row: row.public,
    ),
    MonthLink(
        COMPLETE,
        "/months/{month}/completeness",
        "grid-3x3",
        Action.SEE_COMPLETENESS,
        lambda row: row.state in OPEN_OR_CLOSED,
    ),
    MonthLink(WATCH, "/months/{month}/watch", "search", Action.SEE_ANOMALIES, lambda row: row.state in OPEN_OR_CLOSED),
    MonthLink(VERIFY, "/months/{month}/verify", "shield-check", Action.VERIFY_MONTH, lambda row: row.final),
    MonthLink(
        Text(zh="申诉", en="Appeals"),
        "/appeals?month={month}",
        "scale",
        Action.APPEAL,
        lambda row: row.state in OPEN_OR_CLOSED,
    ),
    MonthLink(
        Text(zh="变更", en="Change sets"),
        "/changes?month={month}",
        "git-compare",
        Action.SEE_CHANGES,
        lambda row: row.state in OPEN_OR_CLOSED,
    ),
    MonthLink(
        Text(zh="重述", en="Restatements"),
        "/months/{month}/restatements",
        "undo-2",
        Action.SEE_MONTH,
        lambda row: row.public,
    ),
    MonthLink(EXCEPTIONS, "/months/{month}/exceptions", "users", Action.APPROVE_CLOSE),
    MonthLink(
        Text(zh="导出", en="Export"),
        "/exports?month={month}",
        "download",
        Action.EXPORT_RESULTS,
        lambda row: row.final,
    ),
)


def links(row: MonthRow, can: frozenset[Action]) -> list[MonthLink]:
    """Return the pages about a month that somebody may follow now."""
    return [one for one in LINKS if one.action in can and one.when(row)]


def shown(row: MonthRow, can: frozenset[Action], language: str) -> list[Link]:
    """Return them for a page."""
    return [
        Link(one.name.zh if language == "zh" else one.name.en, one.address.format(month=row.month), one.picture)
        for one in links(row, can)
    ]
