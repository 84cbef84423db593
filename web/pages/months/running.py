"""How far the worker is with the closing of a large month: the page may be left and come back to."""

from litestar import Response, get
from litestar.params import FromPath

from core.language import Text, current
from months.operations.closing import PHASES
from months.queries import closing
from months.queries.calendar import MonthPage, month_row
from months.queries.closing import Run
from org.roles import Action
from web.render import fragment
from web.views.month import ClosingRun

WAITS = Text(zh="已交后台关账，等待开始。", en="The worker has been asked to close the month and begins soon.")
WORKS = Text(zh="正在关账（{number}/{steps}）：{phase}。", en="Closing ({number} of {steps}): {phase}.")
ENDED = Text(zh="没有关账：{reasons}", en="Not closed: {reasons}")
WORDS = {
    "trial": Text(zh="关账进度", en="Progress of the closing"),
    "leave": Text(
        zh="可以离开，稍后回来；全部完成才生效，否则什么都不变。",
        en="You may leave and come back; it holds once all is done, and else nothing changes.",
    ),
}


async def of_page(page: MonthPage, *, follows: bool) -> ClosingRun | None:
    """Return how far the closing of a proposal is; only who may approve it follows it as it goes."""
    run = await closing.run_of(page.proposal.closing_id) if page.proposal else None
    return _view(run, page.row.month, follows=follows) if run else None


def _view(run: Run, month: int, *, follows: bool) -> ClosingRun:
    reader = current()
    if not run.working:
        reasons = Text(zh="".join(one.zh for one in run.against), en=" ".join(one.en for one in run.against))
        say = ENDED.format(reasons=reasons)
    elif run.done:
        say = WORKS.format(number=run.done, steps=len(PHASES), phase=PHASES[run.done - 1])
    else:
        say = WAITS
    return ClosingRun(
        say=say.read(reader),
        bad=not run.working,
        poll=f"/months/{month}/closing" if run.working and follows else "",
        done=run.done,
        steps=len(PHASES),
        words={key: text.read(reader) for key, text in WORDS.items()},
    )


@get("/months/{month:int}/closing", opt={"action": Action.APPROVE_CLOSE})
async def progress(month: FromPath[int]) -> Response[str]:
    """Return how far the closing is, as a piece of the page; when it has ended the page is asked for anew."""
    proposal = await closing.proposal(month)
    run = await closing.run_of(proposal.closing_id) if proposal else None
    if run is None or not run.working:
        closed = (await month_row(month)).final
        address = f"/months/{month}?said=closed" if closed else f"/months/{month}"
        return Response("", media_type="text/html", headers={"hx-redirect": address})
    return Response(fragment("_trial.html", view=_view(run, month, follows=True)), media_type="text/html")


HANDLERS = (progress,)
