"""What was told of a contest: each stage once, whoever looks and however often."""

from typing import Any

from tortoise import fields, migrations
from tortoise.migrations import operations as ops

_KEY: dict[str, Any] = {"generated": True, "primary_key": True, "unique": True, "db_index": True}
_MOMENT: dict[str, Any] = {"auto_now": False, "auto_now_add": False}

CHECKS = """
ALTER TABLE contest_notice ADD CONSTRAINT contest_notice_contest FOREIGN KEY (contest_id) REFERENCES contest (id);
CREATE TRIGGER contest_notice_in_stone BEFORE UPDATE OR DELETE OR TRUNCATE ON contest_notice
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
"""


class Migration(migrations.Migration):
    dependencies = [("shifen", "0023_roles")]

    operations = [
        ops.CreateModel(
            name="ContestNotice",
            fields=[
                ("id", fields.IntField(**_KEY)),
                ("contest_id", fields.IntField()),
                ("stage", fields.CharField(max_length=16)),
                ("at", fields.DatetimeField(**_MOMENT)),
            ],
            options={
                "table": "contest_notice",
                "app": "shifen",
                "unique_together": (("contest_id", "stage"),),
                "pk_attr": "id",
                "table_description": "A stage of a contest that was told to those who take part: start, half, or a settled round.",
            },
            bases=["Model"],
        ),
        ops.RunSQL(CHECKS),
    ]
