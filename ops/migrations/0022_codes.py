"""Codes of KPIs and items are what sealed lines and stored facts are read by: a code once given stays."""

from tortoise import migrations
from tortoise.migrations import operations as ops

STONE = "".join(
    f"CREATE TRIGGER {table}_in_stone BEFORE UPDATE OR DELETE OR TRUNCATE ON {table}\n"
    "  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();\n"
    for table in ("kpi", "fact_item")
)


class Migration(migrations.Migration):
    dependencies = [("shifen", "0021_closing_runs")]

    operations = [ops.RunSQL(STONE)]
