"""What somebody saw of a month at an instant: facts up to it, the board as of the freeze, or a sealed version."""

from datetime import datetime

import msgspec

from core.database import Connection
from core.period import bounds, next_first_day
from org.visibility import Face

# Closing, reopening, release and publication belong to packages above this one; what was decided is read here as a fact.
_LIFE = """
SELECT
  (SELECT coalesce(f.known_until, m.freeze_at, $3) FROM service_month m LEFT JOIN board_face f ON f.month = m.month
    WHERE m.month = $1 AND m.announced_at IS NOT NULL AND m.cancelled_at IS NULL) AS frozen_at,
  (SELECT at FROM publication WHERE month = $1) AS published_at,
  closed.snapshot_id, closed.approved_at, closed.released_at
FROM (SELECT) AS one
LEFT JOIN LATERAL (
  SELECT c.snapshot_id, c.approved_at, l.at AS released_at FROM closing c LEFT JOIN reopening r ON r.closing_id = c.id
  LEFT JOIN release l ON l.closing_id = c.id AND l.at < $2
  WHERE c.month = $1 AND c.approved_at < $2 AND (r.at IS NULL OR r.at >= $2) ORDER BY c.version DESC LIMIT 1
) closed ON true
"""
_LAST_CHANGE = """
SELECT greatest(
  (SELECT max(at) FROM batch_withdrawal WHERE at < $1),
  (SELECT max(at) FROM organisation_moment WHERE at < $1),
  (SELECT max(since_at) FROM month_rules WHERE since_at < $1),
  (SELECT max(at) FROM rule_effect WHERE at < $1),
  (SELECT greatest(max(at) FILTER (WHERE at < $1), max(lifted_at) FILTER (WHERE lifted_at < $1)) FROM adjustment),
  (SELECT greatest(max(verified_at) FILTER (WHERE verified_at < $1), max(lifted_at) FILTER (WHERE lifted_at < $1))
    FROM red_line_event),
  (SELECT greatest(max(since_at) FILTER (WHERE since_at < $1), max(until_at) FILTER (WHERE until_at < $1))
    FROM red_line_suspension),
  (SELECT greatest(max(decided_at) FILTER (WHERE decided_at < $1), max(lifted_at) FILTER (WHERE lifted_at < $1))
    FROM exclusion),
  (SELECT greatest(max(put_at) FILTER (WHERE put_at < $1), max(lifted_at) FILTER (WHERE lifted_at < $1))
    FROM fact_quarantine),
  (SELECT greatest(max(at) FILTER (WHERE at < $1), max(lifted_at) FILTER (WHERE lifted_at < $1)) FROM late_acceptance),
  (SELECT greatest(max(closed_at) FILTER (WHERE closed_at < $1), max(lifted_at) FILTER (WHERE lifted_at < $1))
    FROM branch_closing),
  (SELECT greatest(max(checked_at) FILTER (WHERE checked_at < $1), max(revoked_at) FILTER (WHERE revoked_at < $1))
    FROM activity_record),
  (SELECT max(since_at) FROM kpi_cut_off WHERE since_at < $1),
  (SELECT max(approved_at) FROM closing WHERE approved_at < $1),
  (SELECT max(at) FROM reopening WHERE at < $1),
  (SELECT max(at) FROM publication WHERE at < $1),
  (SELECT max(at) FROM restatement WHERE at < $1)
) AS decided_at, batches.* FROM (
  SELECT max(received_at) AS received_at, count(*) AS batches, max(id) AS last_batch FROM import_batch
  WHERE received_at < $1 AND (first_on IS NULL OR first_on < $2)
) batches
"""


class Seen(msgspec.Struct, frozen=True):
    """Which state of a month: what was known before `at`, or the sealed snapshot that held then."""

    at: datetime
    snapshot_id: int | None = None


class Mark(msgspec.Struct, frozen=True):
    """Until when something changed before an instant: two instants with the same mark see the same."""

    decided_at: datetime | None
    received_at: datetime | None
    batches: int
    last_batch: int | None

    @property
    def at(self) -> datetime | None:
        """Return the last instant at which anything changed; None when nothing was known."""
        return max((one for one in (self.decided_at, self.received_at) if one is not None), default=None)


async def seen(connection: Connection, month: int, at: datetime, face: Face = Face.PUBLIC) -> Seen:
    """Return which state of a month a face shows as of an instant; never more than was shown at that instant.

    A restatement stands beside the published version, which goes on being shown and rested on.
    """
    row = await connection.fetchrow(_LIFE, month, at, bounds(month)[1])
    frozen_at, published_at = row["frozen_at"], row["published_at"]
    sealed, since = row["snapshot_id"], row["approved_at"]
    public = published_at is not None and published_at < at
    ends = [one for one in (frozen_at, row["approved_at"]) if one is not None and one <= at]
    if face is not Face.INNER and not public and ends and not (face is Face.HOST and row["released_at"]):
        return Seen(min(ends))
    return Seen(at) if sealed is None else Seen(since, sealed)


async def mark(connection: Connection, month: int, at: datetime) -> Mark:
    """Return the last change before an instant of all that a month and those before it rest on."""
    return Mark(**await connection.fetchrow(_LAST_CHANGE, at, next_first_day(month)))
