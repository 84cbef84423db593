"""Taking the result of a closed month away as XLSX, CSV or JSON."""

import asyncio
from collections.abc import Callable

from litestar import Response, get
from litestar.exceptions import NotFoundException
from litestar.params import FromPath

import months.queries.calendar
import months.queries.results
from core.language import Text, current
from months.disclosure import export_problem
from months.exports import files
from months.queries.calendar import MonthRow
from months.queries.results import Results
from org.roles import Action
from web import show
from web.frame import Req, html
from web.pages.months.parts import month_choices, path_to
from web.views.month import ExportView

_EXPORT = {"action": Action.EXPORT_RESULTS}
TITLE = Text(zh="导出结果", en="Export the results")
NONE_CLOSED = Text(
    zh="还没有已关账的月份。关账后，这里可以下载结果。",
    en="No month is closed yet. After a closing its result can be taken from here.",
)
FILES: tuple[tuple[str, Text, Text], ...] = (
    (
        "xlsx",
        Text(zh="XLSX 工作簿", en="XLSX workbook"),
        Text(zh="封面、各榜单、奖项、记分卡明细", en="cover, boards, awards, card lines"),
    ),
    ("zip", Text(zh="CSV 压缩包", en="CSV archive"), Text(zh="每张表一个 UTF-8 文件", en="one UTF-8 file a table")),
    ("json", Text(zh="JSON 文档", en="JSON document"), Text(zh="供其他系统读取", en="for other systems")),
)


@get("/exports", opt=_EXPORT)
async def export_page(request: Req) -> Response[str]:
    """Show what can be taken away."""
    reader, viewer = current(), request.state.viewer
    rows = [row for row in await months.queries.calendar.months() if export_problem(row.state, viewer.roles) is None]
    row = _chosen(rows, request.query_params.get("month", ""))
    view = ExportView(
        title=TITLE.read(reader),
        crumbs=path_to(row.month, TITLE) if row else (),
        months=month_choices([one.month for one in rows], row.month) if row else (),
        month=show.month(row.month, reader) if row else "",
        digest=(row.digest or "") if row else "",
        files=tuple(
            (name.read(reader), about.read(reader), f"/exports/{row.month}.{kind}") for kind, name, about in FILES
        )
        if row
        else (),
        empty="" if row else NONE_CLOSED.read(reader),
    )
    return html(request, "export.html", view)


def _chosen(rows: list[MonthRow], wish: str) -> MonthRow | None:
    return next((row for row in rows if str(row.month) == wish), rows[0] if rows else None)


_Writer = Callable[[Results], bytes]
_WRITERS: dict[str, tuple[_Writer, str]] = {
    "xlsx": (
        lambda found: files.xlsx(found, current()),
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ),
    "zip": (lambda found: files.csv_zip(found, current()), "application/zip"),
    "json": (files.json_bytes, "application/json"),
}


@get("/exports/{name:str}", opt=_EXPORT)
async def export_file(request: Req, name: FromPath[str]) -> Response[bytes]:
    """Return one file of one month, cut to what the reader may see."""
    month, _, kind = name.partition(".")
    if kind not in _WRITERS or not (month.isascii() and month.isdigit() and len(month) == 6):  # noqa: PLR2004 - six digits, yyyymm
        raise NotFoundException
    write, media_type = _WRITERS[kind]
    found = await months.queries.results.results(int(month), request.state.viewer, request.state.organisation)
    content = await asyncio.to_thread(write, found)
    headers = {"content-disposition": f'attachment; filename="shifen-{month}.{kind}"'}
    return Response(content, media_type=media_type, headers=headers)


HANDLERS = (export_page, export_file)
