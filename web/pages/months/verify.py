"""Checking the seal of a month: equal or not for everybody, where not for those who run the contest."""

import asyncio

from litestar import Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect

from core import outbox
from core.language import current
from months.operations import proving
from months.proof.words import summary, told
from months.queries.calendar import month_row
from months.queries.proof import Version, bundle, versions
from months.seal import grouped
from org.roles import Action
from web import show
from web.frame import Req, allowed, html, said
from web.numbers import whole
from web.pages.months.parts import path_to
from web.sentences.proof import TITLE, WORDS
from web.sentences.teller import teller
from web.views.proof import ProofView, VersionView

MOST_SHOWN = 100
say = teller(WORDS)


@get("/months/{month:int}/verify", opt={"action": Action.VERIFY_MONTH})
async def verify_page(request: Req, month: FromPath[int]) -> Response[str]:
    """Show every sealed version with its digest and the outcome of its last check."""
    public = (await month_row(month)).public
    runs = Action.TAKE_BUNDLE in allowed(request.state.viewer)
    found, waits = await versions(month), await outbox.waits(proving.key(month))
    name, restated = show.month(month, current()), any(one.came_by != "closing" for one in found)
    view = ProofView(
        month=month,
        title=say("title", month=name),
        subtitle=say("subtitle"),
        crumbs=path_to(month, TITLE),
        versions=tuple(_version(one, month, runs=runs, public=public, restated=restated) for one in reversed(found)),
        empty="" if found else say("open"),
        again=say("again") if runs and found and not waits else "",
        working=say("working") if found and waits else "",
        take=say("take") if runs and found else "",
        offline=say("offline") if found else "",
        offline_about=say("offline_about"),
        command=f"shifen verify shifen-{month}.zip --digest {found[-1].digest[:8]}…" if found else "",
        notes=(say("document"), *(() if runs else (say("ask"),))),
    )
    return html(request, "verify.html", view)


def _standing(one: Version, *, restated: bool) -> str:
    """Return what a version is: of a restated month two stand side by side, and only one was published."""
    if not one.holds:
        return "reopened"
    if one.came_by != "closing":
        return "restated"
    return "published_one" if restated else "holds"


def _version(one: Version, month: int, *, runs: bool, public: bool, restated: bool) -> VersionView:
    reader = current()
    report = one.report
    state = "unchecked" if one.equal is None else "equal" if one.equal else "not_equal"
    differences = report.differences if report and runs else ()
    hidden = len(differences) - MOST_SHOWN + (report.more if report else 0)
    return VersionView(
        name=say("version", version=one.version),
        about=say(one.came_by, when=show.moment(one.approved_at, reader)),
        digest=one.digest,
        number=one.version,
        state=say(state),
        tone={"equal": "good", "not_equal": "bad"}.get(state, ""),
        chip=say(_standing(one, restated=restated)),
        stands=one.holds and one.came_by == "closing",
        told=_told(one, counted=runs or public),
        asked=say("asked") if state == "not_equal" and not runs else "",
        differences_title=say("differences", n=len(differences) + (report.more if report else 0))
        if differences
        else "",
        differences=tuple(told(each).read(reader) for each in differences[:MOST_SHOWN]),
        more=say("more", n=hidden) if differences and hidden > 0 else "",
        take=f"/months/{month}/bundle?version={one.version}" if runs else "",
    )


def _told(one: Version, *, counted: bool) -> str:
    """Return what the last check came to; how many facts there are is told once the result is public."""
    if one.report is None or one.checked_at is None:
        return ""
    reader = current()
    if not counted:
        return say("checked_only", when=show.moment(one.checked_at, reader))
    counts = {name: show.number(getattr(one.report, name), 0, reader) for name in ("facts", "units", "lines")}
    words = say("checked", when=show.moment(one.checked_at, reader), **counts)
    same = one.report.found_digest == one.digest
    if not one.report.computed:
        words = f"{words} {summary(one.report).read(reader)}"
    return words if same else f"{words} {say('found', digest=grouped(one.report.found_digest[:32]))}"


@post("/months/{month:int}/verify", opt={"action": Action.TAKE_BUNDLE}, status_code=303)
async def verify_again(request: Req, month: FromPath[int]) -> Redirect:
    """Have every sealed version computed again now; the page follows it."""
    _ = request
    await month_row(month)
    await proving.ask(month)
    return said(f"/months/{month}/verify", "verifying")


@get("/months/{month:int}/bundle", opt={"action": Action.TAKE_BUNDLE})
async def bundle_file(request: Req, month: FromPath[int]) -> Response[bytes]:
    """Return the offline bundle of a sealed version, of the latest when none is named."""
    from months.proof.archive import packed

    found = await bundle(month, whole(request.query_params.get("version", "")))
    content = await asyncio.to_thread(packed, found)
    headers = {"content-disposition": f'attachment; filename="shifen-{month}-v{found.version}.zip"'}
    return Response(content, media_type="application/zip", headers=headers)


HANDLERS = (verify_page, verify_again, bundle_file)
