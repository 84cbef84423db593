"""What makes boards follow facts at once: snapshots that hold only what changed, and calls to those who wait."""

from tortoise import migrations
from tortoise.migrations import operations as ops

from leaderboards.models import SNAPSHOT_DELTA_SQL

STONE = """
CREATE TRIGGER snapshot_delta_never_updated BEFORE UPDATE OR TRUNCATE ON snapshot_delta
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
"""

CALLS = """
CREATE FUNCTION call_readers() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM pg_notify('shifen_boards', TG_TABLE_NAME);
  RETURN NULL;
END $$;
CREATE FUNCTION call_worker() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM pg_notify('shifen_work', '');
  RETURN NULL;
END $$;
CREATE TRIGGER outbox_note_calls AFTER INSERT ON outbox_note FOR EACH STATEMENT EXECUTE FUNCTION call_worker();
"""

CALLING = ("board_head", "board_face", "snapshot_range", "closing", "publication", "organisation_revision")
"""Tables whose changes may change what a page shows."""


def _calls(table: str) -> str:
    return (
        f"CREATE TRIGGER {table}_calls AFTER INSERT OR UPDATE OR DELETE ON {table}"
        " FOR EACH STATEMENT EXECUTE FUNCTION call_readers();\n"
    )


class Migration(migrations.Migration):
    dependencies = [("shifen", "0017_watch")]

    operations = [ops.RunSQL(sql) for sql in (SNAPSHOT_DELTA_SQL, STONE, CALLS, "".join(map(_calls, CALLING)))]
