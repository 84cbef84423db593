"""Sealed versions of a month: their digests, whether they follow from their facts, the bundle to check them offline."""

import asyncio
from datetime import datetime

import msgspec
from litestar import Response, get, post

from api.answers import Req, once
from api.imports import attachment
from api.schemas import PathMonth
from api.schemas import month as checked
from core.language import Text
from months.operations import proving
from months.proof.report import Difference, Report
from months.proof.words import told
from months.queries import proof
from months.queries.proof import Version
from org.roles import ALLOWED, Action
from org.visibility import Viewer

SEE = {"action": Action.VERIFY_MONTH}
RUN = {"action": Action.TAKE_BUNDLE}
MEDIA_TYPE = "application/zip"


class DifferenceRow(msgspec.Struct, frozen=True):
    """One place at which a sealed month is not what its facts say, and the sentence about it."""

    what: str
    unit: str | None
    kpi: str | None
    field: str | None
    sealed: str | None
    found: str | None
    sentence: Text


class SealedVersion(msgspec.Struct, frozen=True, kw_only=True):
    """One sealed version: digest, whether it holds, its last check; differences for those who run the contest."""

    version: int
    digest: str
    sealed_at: datetime
    came_by: str
    holds: bool
    checked_at: datetime | None
    equal: bool | None
    differences: tuple[DifferenceRow, ...] | None


class Checked(msgspec.Struct, frozen=True, kw_only=True):
    """The outcome of a check made just now."""

    month: int
    version: int
    digest: str
    found_digest: str
    equal: bool
    differences: tuple[DifferenceRow, ...]
    more: int


@get("/api/v1/months/{month:int}/verification", opt=SEE, tags=["months"])
async def sealed_versions(request: Req, month: PathMonth) -> list[SealedVersion]:
    """List the sealed versions of a month with their digests and the outcome of their last check."""
    runs = _runs(request.state.viewer)
    return [_version(one, runs=runs) for one in await proof.versions(checked(month))]


@post("/api/v1/months/{month:int}/verification", opt=RUN, status_code=200, tags=["months"])
async def verify(request: Req, month: PathMonth) -> Response[Checked]:
    """Compute the latest sealed version again from its facts, keep the outcome, and return it."""

    async def effect() -> Checked:
        report = await proving.verify(month=checked(month), actor=request.state.actor)
        return Checked(
            month=report.month,
            version=report.version,
            digest=report.digest,
            found_digest=report.found_digest,
            equal=report.equal,
            differences=_rows(report),
            more=report.more,
        )

    return await once(request, effect)


@get("/api/v1/months/{month:int}/bundle", opt=RUN, tags=["months"])
async def bundle(month: PathMonth) -> Response[bytes]:
    """Return the offline bundle of the latest sealed version; `shifen verify FILE` checks it."""
    from months.proof.archive import packed

    found = await proof.bundle(checked(month))
    content = await asyncio.to_thread(packed, found)
    return attachment(content, f"shifen-{found.month}-v{found.version}.zip", MEDIA_TYPE)


def _runs(viewer: Viewer) -> bool:
    return any(Action.TAKE_BUNDLE in ALLOWED[role] for role in viewer.roles)


def _version(one: Version, *, runs: bool) -> SealedVersion:
    return SealedVersion(
        version=one.version,
        digest=one.digest,
        sealed_at=one.approved_at,
        came_by=one.came_by,
        holds=one.holds,
        checked_at=one.checked_at,
        equal=one.equal,
        differences=_rows(one.report) if runs and one.report else None,
    )


def _rows(report: Report) -> tuple[DifferenceRow, ...]:
    return tuple(map(_row, report.differences))


def _row(one: Difference) -> DifferenceRow:
    return DifferenceRow(one.what, one.unit, one.kpi, one.field, one.sealed, one.found, told(one))


HANDLERS = (sealed_versions, verify, bundle)
