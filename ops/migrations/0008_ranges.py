"""How sure the places of a snapshot are."""

from tortoise import migrations
from tortoise.migrations import operations as ops

from leaderboards.models import SNAPSHOT_RANGE_SQL

STONE = """
CREATE TRIGGER snapshot_range_in_stone BEFORE UPDATE ON snapshot_range
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE FUNCTION refuse_sealed_range() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT FROM snapshot WHERE sealed AND id = OLD.snapshot_id) THEN
    RAISE EXCEPTION 'snapshot % is sealed', OLD.snapshot_id USING ERRCODE = 'SF001', TABLE = TG_TABLE_NAME;
  END IF;
  RETURN OLD;
END $$;
CREATE TRIGGER snapshot_range_sealed BEFORE DELETE ON snapshot_range
  FOR EACH ROW EXECUTE FUNCTION refuse_sealed_range();
"""


class Migration(migrations.Migration):
    dependencies = [("shifen", "0007_exclusions")]

    operations = [ops.RunSQL(sql) for sql in (SNAPSHOT_RANGE_SQL, STONE)]
