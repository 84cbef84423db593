"""Units left out of awards or of statistics, with reason and approver."""

from typing import Any

from tortoise import fields, migrations
from tortoise.indexes import Index
from tortoise.migrations import operations as ops

_KEY: dict[str, Any] = {"generated": True, "primary_key": True, "unique": True, "db_index": True}
_MOMENT: dict[str, Any] = {"auto_now": False, "auto_now_add": False}

CHECKS = """
ALTER TABLE exclusion
  ADD CONSTRAINT exclusion_month CHECK (month BETWEEN 200001 AND 209912 AND month % 100 BETWEEN 1 AND 12),
  ADD CONSTRAINT exclusion_what CHECK (what IN ('award', 'statistics', 'both')),
  ADD CONSTRAINT exclusion_decision CHECK (decision IN ('approved', 'rejected', 'withdrawn')),
  ADD CONSTRAINT exclusion_two_people CHECK (decision IS DISTINCT FROM 'approved' OR decided_by <> proposed_by),
  ADD CONSTRAINT exclusion_decided_whole CHECK (
    (decision IS NULL) = (decided_at IS NULL) AND (decision IS NULL) = (decided_by IS NULL)),
  ADD CONSTRAINT exclusion_lifted_whole CHECK (
    (lifted_at IS NULL) = (lifted_by IS NULL) AND (lifted_at IS NULL OR decision IS NOT DISTINCT FROM 'approved')),
  ADD CONSTRAINT exclusion_unit FOREIGN KEY (unit_id) REFERENCES unit (id),
  ADD CONSTRAINT exclusion_proposer FOREIGN KEY (proposed_by) REFERENCES account (id),
  ADD CONSTRAINT exclusion_decider FOREIGN KEY (decided_by) REFERENCES account (id);
CREATE UNIQUE INDEX exclusion_one_standing ON exclusion (month, unit_id)
  WHERE lifted_at IS NULL AND (decision IS NULL OR decision = 'approved');
"""

STONE = """
CREATE TRIGGER exclusion_never_removed BEFORE DELETE OR TRUNCATE ON exclusion
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE FUNCTION refuse_closed_exclusion() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT FROM closing WHERE month = NEW.month AND approved_at IS NOT NULL) THEN
    RAISE EXCEPTION 'month % is closed', NEW.month USING ERRCODE = 'SF001', TABLE = TG_TABLE_NAME;
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER exclusion_closed BEFORE INSERT OR UPDATE ON exclusion
  FOR EACH ROW EXECUTE FUNCTION refuse_closed_exclusion();
"""


class Migration(migrations.Migration):
    dependencies = [("shifen", "0006_simulations")]

    operations = [
        ops.CreateModel(
            name="Exclusion",
            fields=[
                ("id", fields.IntField(**_KEY)),
                ("month", fields.IntField()),
                ("unit_id", fields.IntField()),
                ("what", fields.CharField(max_length=10)),
                ("reason", fields.TextField(unique=False)),
                ("proposed_at", fields.DatetimeField(**_MOMENT)),
                ("proposed_by", fields.IntField()),
                ("decision", fields.CharField(null=True, max_length=10)),
                ("decided_at", fields.DatetimeField(null=True, **_MOMENT)),
                ("decided_by", fields.IntField(null=True)),
                ("lifted_at", fields.DatetimeField(null=True, **_MOMENT)),
                ("lifted_by", fields.IntField(null=True)),
                ("lifted_why", fields.TextField(null=True, unique=False)),
            ],
            options={
                "table": "exclusion",
                "app": "shifen",
                "pk_attr": "id",
                "indexes": [Index(fields=["month", "unit_id"])],
                "table_description": "A unit left out of the award or of the statistics of a month, or of both; it counts once a second person agrees.",
            },
            bases=["Model"],
        ),
        *(ops.RunSQL(sql) for sql in (CHECKS, STONE)),
    ]
