"""The later versions of a published month: public notes, digests, and what went forward for one's own units."""

from collections.abc import Mapping

from litestar import Response, get
from litestar.params import FromPath

import months.queries.changes
from core.language import Text, current
from core.points import cents_text
from months.queries.calendar import month_row
from months.queries.changes import RestatementRow
from org.organisation import Organisation
from org.queries import organisation_of_month
from org.roles import Action
from org.visibility import Scope
from scoring.queries.rules import rules_of
from web import show
from web.frame import Req, html
from web.pages.changes.parts import say, words
from web.pages.months.parts import path_to
from web.sentences.changes import WORDS
from web.views.changes import Part, RestatedView, Version

MOST = 200


@get("/months/{month:int}/restatements", opt={"action": Action.SEE_MONTH})
async def restatements_page(request: Req, month: FromPath[int]) -> Response[str]:
    """Show the versions beside the published one; the published places and awards stand."""
    await month_row(month)
    rows = await months.queries.changes.restatements(month)
    scope, organisation = request.state.scope, await organisation_of_month(month)
    awards = {code: one.name for code, one in (await rules_of(month)).book.awards.items()}
    view = RestatedView(
        words=words(),
        crumbs=path_to(month, WORDS["restated"]),
        subtitle=show.month(month, current()),
        versions=tuple(_version(row, scope, organisation, awards) for row in rows),
    )
    return html(request, "restated.html", view)


def _version(row: RestatementRow, scope: Scope, organisation: Organisation, awards: Mapping[str, Text]) -> Version:
    reader = current()
    own = [(unit, cents) for unit, cents in row.totals.items() if scope.detail(unit)]
    own.sort(key=lambda pair: -abs(pair[1]))
    names = ((organisation.unit(unit), cents) for unit, cents in own[:MOST])
    when = show.moment(row.at, reader, short=True)
    return Version(
        name=say("version", n=row.version),
        note=row.note.read(reader),
        told=say("restated_by", maker=row.maker, approver=row.approver, when=when),
        digest=row.digest,
        due=tuple(
            Part(awards[award].read(reader), unit.name(reader))
            for award, unit in ((award, organisation.unit(unit_id)) for award, unit_id in row.awards_due)
            if unit is not None and award in awards
        ),
        differences=tuple(
            Part(unit.name(reader), show.minus(cents_text(cents)) if cents < 0 else f"+{cents_text(cents)}")
            for unit, cents in names
            if unit is not None
        ),
    )


HANDLERS = (restatements_page,)
