"""What processes remember is true of one database; a test that rolls back or swaps it starts without memories."""

import leaderboards.queries.as_of
import leaderboards.queries.explained
import leaderboards.queries.known
import leaderboards.queries.month_inputs
import leaderboards.queries.outlook
import leaderboards.queries.since
import leaderboards.queries.snapshots
import org.queries
import scoring.queries.intake


def forget() -> None:
    """Empty every memory of this process that rests on database contents."""
    org.queries.forget()
    leaderboards.queries.snapshots.forget()
    leaderboards.queries.month_inputs.forget()
    leaderboards.queries.known.forget()
    leaderboards.queries.as_of.forget()
    leaderboards.queries.since.forget()
    leaderboards.queries.explained.forget()
    leaderboards.queries.outlook.forget()
    scoring.queries.intake.forget()
