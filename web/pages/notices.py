"""What the reader was told: the newest first, opened one by one or all marked as read."""

from collections.abc import Iterable, Iterator
from itertools import groupby

from litestar import Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect

from core.clock import SHANGHAI, today
from core.language import Text, current
from core.period import month_at
from org import queries
from org.notices import NoticeRow
from org.operations import notices
from org.refusals import no_such
from org.roles import Action
from web import show
from web.forms import form_of
from web.frame import Req, html, said
from web.numbers import whole
from web.views.notices import NoticeGroup, NoticeItem, NoticesView

_SELF = {"action": Action.ACCOUNT_SELF}
HERE = "/notices"
PAGE = 30
LARGEST_NUMBER = 2**63 - 1
TODAY = Text(zh="今天", en="Today")
ICONS = {
    "appeal": "scale",
    "activity": "flag",
    "award": "award",
    "change": "git-compare",
    "contest": "trophy",
    "month": "calendar-days",
    "objection": "scale",
    "second_person": "check-check",
}
"""What a notice is about, by its kind."""


@get(HERE, opt=_SELF)
async def notices_page(request: Req) -> Response[str]:
    """Show what the reader was told."""
    before = _number(request.query_params.get("before", ""))
    found = await queries.notices(request.state.viewer.account_id, before, PAGE + 1)
    rows = found[:PAGE]
    view = NoticesView(
        groups=tuple(_groups(rows)),
        unread=request.state.unread > 0,
        through=max((row.id for row in rows), default=0),
        newest=HERE if before else "",
        older=f"{HERE}?before={rows[-1].id}" if len(found) > PAGE else "",
    )
    return html(request, "notices.html", view)


def _groups(rows: Iterable[NoticeRow]) -> Iterator[NoticeGroup]:
    """Yield what was told today, then month by month, the newest first."""
    ordered = sorted(rows, key=lambda row: (row.at, row.id), reverse=True)
    for name, found in groupby(ordered, _when):
        yield NoticeGroup(name, tuple(_item(row) for row in found))


def _when(row: NoticeRow) -> str:
    day = row.at.astimezone(SHANGHAI).date()
    return TODAY.read(current()) if day == today() else show.month(month_at(row.at), current())


def _number(text: str) -> int | None:
    found = whole(text)
    return found if found is not None and 0 < found <= LARGEST_NUMBER else None


def _item(row: NoticeRow) -> NoticeItem:
    sentence = Text(zh=row.zh, en=row.en).read(current())
    return NoticeItem(row.id, sentence, row.at, row.read_at is None, ICONS.get(row.kind, "bell"))


@post("/notices/{notice_id:int}/open", opt=_SELF, status_code=303)
async def open_notice(request: Req, notice_id: FromPath[int]) -> Redirect:
    """Mark one notice as read and go on to what it is about."""
    href = None
    if 0 < notice_id <= LARGEST_NUMBER:
        href = await notices.open_notice(account_id=request.state.viewer.account_id, notice_id=notice_id)
    if href is None:
        raise no_such("通知", "notice")
    return Redirect(href, status_code=303)


@post("/notices/read", opt=_SELF, status_code=303)
async def read_all(request: Req) -> Redirect:
    """Mark as read whatever was there when the page was shown; what came since stays unread."""
    sent = await form_of(request)
    through = _number(sent.text("through", 20))
    if through is not None:
        await notices.mark_read(account_id=request.state.viewer.account_id, through=through)
    return said(HERE, "notices_read")


HANDLERS = (notices_page, open_notice, read_all)
