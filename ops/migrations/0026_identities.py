"""What lets processes remember who stands behind a session: every change of that is called, and never a mere sight of it."""

from tortoise import migrations
from tortoise.migrations import operations as ops

FUNCTION = """
CREATE FUNCTION call_doors() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM pg_notify('shifen_people', TG_TABLE_NAME);
  RETURN NULL;
END $$;
"""
CALLING = {
    "session": "UPDATE OF account_id, expires_at, ended_at OR DELETE",
    "account": "UPDATE OR DELETE",
    "role_grant": "INSERT OR UPDATE OR DELETE",
    "organisation_revision": "INSERT OR UPDATE OR DELETE",
    "notice": "INSERT OR UPDATE OR DELETE",
}
"""Tables that `org.statements.BY_SESSION_WITH_UNREAD` reads, and which changes of them it can show."""
CALLS = "".join(
    f"CREATE TRIGGER {table}_calls_doors AFTER {changes} OR TRUNCATE ON {table} FOR EACH STATEMENT EXECUTE FUNCTION call_doors();\n"
    for table, changes in CALLING.items()
)
REOPENED = """
CREATE TRIGGER reopening_calls AFTER INSERT OR UPDATE OR DELETE ON reopening
  FOR EACH STATEMENT EXECUTE FUNCTION call_readers();
"""


class Migration(migrations.Migration):
    dependencies = [("shifen", "0025_contest_notices")]

    operations = [ops.RunSQL(FUNCTION + CALLS + REOPENED)]
