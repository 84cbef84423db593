"""Contests inside a month."""

from typing import Any

from tortoise import fields, migrations
from tortoise.indexes import Index
from tortoise.migrations import operations as ops

_KEY: dict[str, Any] = {"generated": True, "primary_key": True, "unique": True, "db_index": True}
_MOMENT: dict[str, Any] = {"auto_now": False, "auto_now_add": False}

CHECKS = """
ALTER TABLE contest
  ADD CONSTRAINT contest_month CHECK (month BETWEEN 200001 AND 209912 AND month % 100 BETWEEN 1 AND 12),
  ADD CONSTRAINT contest_kind CHECK (kind IN ('head_to_head', 'race', 'team_goal', 'elimination', 'league')),
  ADD CONSTRAINT contest_rounds CHECK (rounds BETWEEN 1 AND 12),
  ADD CONSTRAINT contest_two_people CHECK (announced_by IS NULL OR announced_by <> made_by),
  ADD CONSTRAINT contest_announced_whole CHECK ((announced_at IS NULL) = (announced_by IS NULL)),
  ADD CONSTRAINT contest_cancelled_whole CHECK (
    (cancelled_at IS NULL) = (cancelled_by IS NULL) AND (cancelled_at IS NULL) = (cancelled_why IS NULL)),
  ADD CONSTRAINT contest_maker FOREIGN KEY (made_by) REFERENCES account (id),
  ADD CONSTRAINT contest_announcer FOREIGN KEY (announced_by) REFERENCES account (id),
  ADD CONSTRAINT contest_canceller FOREIGN KEY (cancelled_by) REFERENCES account (id);
ALTER TABLE contest_round
  ADD CONSTRAINT contest_round_number CHECK (number BETWEEN 1 AND 12),
  ADD CONSTRAINT contest_round_contest FOREIGN KEY (contest_id) REFERENCES contest (id);
"""

STONE = """
CREATE TRIGGER contest_round_in_stone BEFORE UPDATE OR DELETE OR TRUNCATE ON contest_round
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER contest_never_removed BEFORE DELETE OR TRUNCATE ON contest
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE FUNCTION refuse_announced_contest() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'contest % is announced', OLD.id USING ERRCODE = 'SF001', TABLE = TG_TABLE_NAME;
END $$;
CREATE TRIGGER contest_announced BEFORE UPDATE OF month, kind, name_zh, name_en, stake_zh, stake_en, spec, rounds ON contest
  FOR EACH ROW WHEN (OLD.announced_at IS NOT NULL) EXECUTE FUNCTION refuse_announced_contest();
"""


class Migration(migrations.Migration):
    dependencies = [("shifen", "0012_plans")]

    operations = [
        ops.CreateModel(
            name="Contest",
            fields=[
                ("id", fields.IntField(**_KEY)),
                ("month", fields.IntField()),
                ("kind", fields.CharField(max_length=16)),
                ("name_zh", fields.CharField(max_length=60)),
                ("name_en", fields.CharField(max_length=80)),
                ("stake_zh", fields.CharField(null=True, max_length=200)),
                ("stake_en", fields.CharField(null=True, max_length=200)),
                ("spec", fields.TextField(unique=False)),
                ("rounds", fields.SmallIntField()),
                ("made_at", fields.DatetimeField(**_MOMENT)),
                ("made_by", fields.IntField()),
                ("announced_at", fields.DatetimeField(null=True, **_MOMENT)),
                ("announced_by", fields.IntField(null=True)),
                ("cancelled_at", fields.DatetimeField(null=True, **_MOMENT)),
                ("cancelled_by", fields.IntField(null=True)),
                ("cancelled_why", fields.TextField(null=True, unique=False)),
            ],
            options={
                "table": "contest",
                "app": "shifen",
                "pk_attr": "id",
                "indexes": [Index(fields=["month"])],
                "table_description": "A contest of one month: `spec` says who meets whom by which rule (JSON); announced by somebody who did not make it.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="ContestRound",
            fields=[
                ("id", fields.IntField(**_KEY)),
                ("contest_id", fields.IntField()),
                ("number", fields.SmallIntField()),
                ("known_at", fields.DatetimeField(**_MOMENT)),
                ("at", fields.DatetimeField(**_MOMENT)),
                ("result", fields.TextField(unique=False)),
                ("hidden", fields.TextField(default="{}", db_default="{}", unique=False)),
            ],
            options={
                "table": "contest_round",
                "app": "shifen",
                "pk_attr": "id",
                "unique_together": (("contest_id", "number"),),
                "table_description": "One round as it was settled, once: by the points known at `known_at`; `hidden` are the units that boards do not name.",
            },
            bases=["Model"],
        ),
        *(ops.RunSQL(sql) for sql in (CHECKS, STONE)),
    ]
