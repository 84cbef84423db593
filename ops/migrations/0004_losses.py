"""Answers of departments to the losses that are passed on to them."""

from tortoise import fields, migrations
from tortoise.indexes import Index
from tortoise.migrations import operations as ops

CHECKS = """
ALTER TABLE loss_answer
  ADD CONSTRAINT loss_answer_month CHECK (month BETWEEN 200001 AND 209912 AND month % 100 BETWEEN 1 AND 12),
  ADD CONSTRAINT loss_answer_with_data CHECK (accepted OR (reason <> '' AND figures <> '')),
  ADD CONSTRAINT loss_answer_department FOREIGN KEY (department_id) REFERENCES unit (id),
  ADD CONSTRAINT loss_answer_person FOREIGN KEY (by) REFERENCES account (id);
CREATE TRIGGER loss_answer_in_stone BEFORE UPDATE OR DELETE OR TRUNCATE ON loss_answer
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
"""


class Migration(migrations.Migration):
    dependencies = [("shifen", "0003_causes")]

    operations = [
        ops.CreateModel(
            name="LossAnswer",
            fields=[
                ("id", fields.IntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ("month", fields.IntField()),
                ("department_id", fields.IntField()),
                ("kpi_id", fields.SmallIntField()),
                ("cause", fields.CharField(default="", db_default="", max_length=48)),
                ("accepted", fields.BooleanField()),
                ("points", fields.IntField()),
                ("reason", fields.TextField(null=True, unique=False)),
                ("figures", fields.TextField(null=True, unique=False)),
                ("done_by", fields.DateField(null=True)),
                ("at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("by", fields.IntField()),
            ],
            options={
                "table": "loss_answer",
                "app": "shifen",
                "indexes": [Index(fields=["month", "department_id"])],
                "pk_attr": "id",
                "table_description": "What a department said to a loss passed on to it (1/10,000 points of the city then); the last answer counts.",
            },
            bases=["Model"],
        ),
        ops.RunSQL(CHECKS),
    ]
