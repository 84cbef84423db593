"""What triggers write and look up is theirs alone: history goes in as the owner's, and no other schema or passing table stands in for ours."""

from tortoise import migrations
from tortoise.migrations import operations as ops

KEEPERS = "".join(
    f"ALTER FUNCTION {name}() SECURITY DEFINER;\n" for name in ("keep_organisation", "count_organisation_revision")
)
# Without this, a temporary table called `snapshot` would be asked whether a standing is sealed.
GUARDS = """
DO $$
DECLARE guard regprocedure;
BEGIN
  FOR guard IN
    SELECT p.oid FROM pg_proc p JOIN pg_language l ON l.oid = p.prolang
    WHERE p.pronamespace = 'public'::regnamespace AND p.prorettype = 'trigger'::regtype AND l.lanname = 'plpgsql'
  LOOP
    EXECUTE format('ALTER FUNCTION %s SET search_path = public, pg_temp', guard);
  END LOOP;
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("shifen", "0022_codes")]

    operations = [ops.RunSQL(sql) for sql in (KEEPERS, GUARDS)]
