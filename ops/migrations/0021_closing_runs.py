"""Closings that a worker carries out: how far they are, and what stood against one that ended without a seal."""

from typing import Any

from tortoise import fields, migrations
from tortoise.migrations import operations as ops

_MOMENT: dict[str, Any] = {"auto_now": False, "auto_now_add": False}

CHECKS = """
ALTER TABLE closing_run
  ADD CONSTRAINT closing_run_closing FOREIGN KEY (closing_id) REFERENCES closing (id),
  ADD CONSTRAINT closing_run_asker FOREIGN KEY (asked_by) REFERENCES account (id),
  ADD CONSTRAINT closing_run_done CHECK (done >= 0),
  ADD CONSTRAINT closing_run_failure CHECK (failure IS NULL OR finished_at IS NOT NULL);
"""


class Migration(migrations.Migration):
    dependencies = [("shifen", "0020_restored")]

    operations = [
        ops.CreateModel(
            name="ClosingRun",
            fields=[
                ("closing_id", fields.IntField(generated=False, primary_key=True, unique=True, db_index=True)),
                ("asked_at", fields.DatetimeField(**_MOMENT)),
                ("asked_by", fields.IntField()),
                ("done", fields.SmallIntField(default=0)),
                ("finished_at", fields.DatetimeField(null=True, **_MOMENT)),
                ("failure", fields.TextField(null=True, unique=False)),
            ],
            options={
                "table": "closing_run",
                "app": "shifen",
                "pk_attr": "closing_id",
                "table_description": "A closing that a worker carries out: who asked, how many phases are done, and what stood against it.",
            },
            bases=["Model"],
        ),
        ops.RunSQL(CHECKS),
    ]
