"""Causes of losses that come with facts."""

from tortoise import migrations
from tortoise.migrations import operations as ops

from scoring.models import FACT_CAUSE_SQL

IN_STONE = """
CREATE TRIGGER fact_cause_in_stone BEFORE UPDATE OR DELETE OR TRUNCATE ON fact_cause
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
"""


class Migration(migrations.Migration):
    dependencies = [("shifen", "0002_constraints")]

    operations = [ops.RunSQL(sql) for sql in (FACT_CAUSE_SQL, IN_STONE)]
