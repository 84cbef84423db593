"""What was lifted and stands again is an entry of its own, so that every instant can be told as it was."""

from tortoise import fields, migrations
from tortoise.migrations import operations as ops

LIFTED = ("adjustment", "red_line_event", "exclusion")
TABLES = {
    "adjustment": "Adjustment",
    "red_line_event": "RedLineEvent",
    "exclusion": "Exclusion",
    "import_batch": "ImportBatch",
}
CHECKS = "".join(
    f"ALTER TABLE {table} ADD CONSTRAINT {table}_restores FOREIGN KEY (restores) REFERENCES {table} (id);\n"
    f"CREATE INDEX {table}_restored ON {table} (restores) WHERE restores IS NOT NULL;\n"
    for table in TABLES
)
STONE = """
CREATE FUNCTION refuse_other_end() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'row % of % is lifted for good', OLD.id, TG_TABLE_NAME USING ERRCODE = 'SF001', TABLE = TG_TABLE_NAME;
END $$;
""" + "".join(
    f"CREATE TRIGGER {table}_lifted_once BEFORE UPDATE ON {table} FOR EACH ROW\n"
    "  WHEN (OLD.lifted_at IS NOT NULL AND NEW.lifted_at IS DISTINCT FROM OLD.lifted_at)\n"
    "  EXECUTE FUNCTION refuse_other_end();\n"
    for table in LIFTED
)


class Migration(migrations.Migration):
    dependencies = [("shifen", "0019_second_look")]

    operations = [
        *(
            ops.AddField(model_name=model, name="restores", field=fields.IntField(null=True))
            for model in TABLES.values()
        ),
        *(ops.RunSQL(sql) for sql in (CHECKS, STONE)),
    ]
