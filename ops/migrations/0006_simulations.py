"""Reports of what a draft would have done to past months."""

from tortoise import fields, migrations
from tortoise.migrations import operations as ops

CHECKS = """
ALTER TABLE simulation
  ADD CONSTRAINT simulation_progress CHECK (done BETWEEN 0 AND steps),
  ADD CONSTRAINT simulation_one_end CHECK (num_nonnulls(finished_at, cancelled_at) <= 1),
  ADD CONSTRAINT simulation_finished_whole CHECK ((finished_at IS NULL) = (result IS NULL AND failure IS NULL)),
  ADD CONSTRAINT simulation_draft FOREIGN KEY (draft_id) REFERENCES rule_draft (id),
  ADD CONSTRAINT simulation_base FOREIGN KEY (base_id) REFERENCES rule_book (id);
CREATE INDEX simulation_of_draft ON simulation (draft_id, id DESC);
"""


class Migration(migrations.Migration):
    dependencies = [("shifen", "0005_drafts")]

    operations = [
        ops.CreateModel(
            name="Simulation",
            fields=[
                ("id", fields.IntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ("draft_id", fields.IntField(null=True)),
                ("revision", fields.IntField()),
                ("name", fields.CharField(max_length=120)),
                ("text", fields.TextField(unique=False)),
                ("base_id", fields.IntField()),
                ("months", fields.TextField(unique=False)),
                ("asked_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("asked_by", fields.IntField(null=True)),
                ("started_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("done", fields.IntField(default=0, db_default=0)),
                ("steps", fields.IntField()),
                ("finished_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("cancelled_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("failure", fields.TextField(null=True, unique=False)),
                ("result", fields.TextField(null=True, unique=False)),
            ],
            options={
                "table": "simulation",
                "app": "shifen",
                "pk_attr": "id",
                "table_description": "What a draft would have done to past months: asked, worked on in the background, kept as a report (JSON).",
            },
            bases=["Model"],
        ),
        ops.RunSQL(CHECKS),
    ]
