"""Plans of months in versions, activities and their records."""

from typing import Any

from tortoise import fields, migrations
from tortoise.indexes import Index
from tortoise.migrations import operations as ops

_KEY: dict[str, Any] = {"generated": True, "primary_key": True, "unique": True, "db_index": True}
_MOMENT: dict[str, Any] = {"auto_now": False, "auto_now_add": False}

CHECKS = """
ALTER TABLE month_plan
  ADD CONSTRAINT month_plan_month CHECK (month BETWEEN 200001 AND 209912 AND month % 100 BETWEEN 1 AND 12),
  ADD CONSTRAINT month_plan_version CHECK (version > 0 AND revision > 0),
  ADD CONSTRAINT month_plan_two_people CHECK (approved_by IS NULL OR approved_by <> proposed_by),
  ADD CONSTRAINT month_plan_proposed_whole CHECK ((proposed_at IS NULL) = (proposed_by IS NULL)),
  ADD CONSTRAINT month_plan_holds_whole CHECK ((holds_since IS NULL) = (rule_book_id IS NULL)),
  ADD CONSTRAINT month_plan_proposer FOREIGN KEY (proposed_by) REFERENCES account (id),
  ADD CONSTRAINT month_plan_approver FOREIGN KEY (approved_by) REFERENCES account (id),
  ADD CONSTRAINT month_plan_rules FOREIGN KEY (rule_book_id) REFERENCES rule_book (id);
CREATE UNIQUE INDEX month_plan_one_draft ON month_plan (month) WHERE holds_since IS NULL;
ALTER TABLE activity_record
  ADD CONSTRAINT activity_record_month CHECK (month BETWEEN 200001 AND 209912 AND month % 100 BETWEEN 1 AND 12),
  ADD CONSTRAINT activity_record_in_month CHECK (extract(year FROM on_day) * 100 + extract(month FROM on_day) = month),
  ADD CONSTRAINT activity_record_count CHECK (count BETWEEN 1 AND 200),
  ADD CONSTRAINT activity_record_state CHECK (state IN ('submitted', 'valid', 'rejected')),
  ADD CONSTRAINT activity_record_two_people CHECK (checked_by <> submitted_by),
  ADD CONSTRAINT activity_record_checked_whole CHECK (
    (state = 'submitted') = (checked_at IS NULL) AND (checked_at IS NULL) = (checked_by IS NULL)),
  ADD CONSTRAINT activity_record_revoked_whole CHECK (
    (revoked_at IS NULL) = (revoked_by IS NULL) AND (revoked_at IS NULL OR state = 'valid')),
  ADD CONSTRAINT activity_record_unit FOREIGN KEY (unit_id) REFERENCES unit (id),
  ADD CONSTRAINT activity_record_submitter FOREIGN KEY (submitted_by) REFERENCES account (id),
  ADD CONSTRAINT activity_record_checker FOREIGN KEY (checked_by) REFERENCES account (id);
"""

STONE = """
CREATE TRIGGER month_plan_never_removed BEFORE DELETE OR TRUNCATE ON month_plan
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE FUNCTION refuse_plan_that_holds() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'version % of the plan of % holds', OLD.version, OLD.month USING ERRCODE = 'SF001', TABLE = TG_TABLE_NAME;
END $$;
CREATE TRIGGER month_plan_in_stone BEFORE UPDATE ON month_plan
  FOR EACH ROW WHEN (OLD.holds_since IS NOT NULL) EXECUTE FUNCTION refuse_plan_that_holds();
CREATE TRIGGER activity_record_never_removed BEFORE DELETE OR TRUNCATE ON activity_record
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE FUNCTION refuse_told_anew() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'what a record of % says is never altered', OLD.month USING ERRCODE = 'SF001', TABLE = TG_TABLE_NAME;
END $$;
CREATE TRIGGER activity_record_in_stone BEFORE UPDATE ON activity_record FOR EACH ROW WHEN (
  (OLD.month, OLD.activity, OLD.unit_id, OLD.on_day, OLD.count, OLD.submitted_at, OLD.submitted_by) IS DISTINCT FROM
  (NEW.month, NEW.activity, NEW.unit_id, NEW.on_day, NEW.count, NEW.submitted_at, NEW.submitted_by)
  OR OLD.checked_at IS NOT NULL AND (OLD.state, OLD.checked_at, OLD.checked_by) IS DISTINCT FROM
  (NEW.state, NEW.checked_at, NEW.checked_by) OR OLD.revoked_at IS NOT NULL) EXECUTE FUNCTION refuse_told_anew();
"""


class Migration(migrations.Migration):
    dependencies = [("shifen", "0011_faces")]

    operations = [
        ops.CreateModel(
            name="MonthPlan",
            fields=[
                ("id", fields.IntField(**_KEY)),
                ("month", fields.IntField()),
                ("version", fields.SmallIntField()),
                ("revision", fields.IntField(default=1, db_default=1)),
                ("body", fields.TextField(unique=False)),
                ("made_at", fields.DatetimeField(**_MOMENT)),
                ("made_by", fields.IntField(null=True)),
                ("changed_at", fields.DatetimeField(**_MOMENT)),
                ("changed_by", fields.IntField(null=True)),
                ("notice_zh", fields.TextField(null=True, unique=False)),
                ("notice_en", fields.TextField(null=True, unique=False)),
                ("proposed_at", fields.DatetimeField(null=True, **_MOMENT)),
                ("proposed_by", fields.IntField(null=True)),
                ("holds_since", fields.DatetimeField(null=True, **_MOMENT)),
                ("approved_by", fields.IntField(null=True)),
                ("rule_book_id", fields.IntField(null=True)),
            ],
            options={
                "table": "month_plan",
                "app": "shifen",
                "unique_together": (("month", "version"),),
                "pk_attr": "id",
                "table_description": "One version of a month's plan; a draft until it holds, immutable from then on.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="ActivityRecord",
            fields=[
                ("id", fields.IntField(**_KEY)),
                ("month", fields.IntField()),
                ("activity", fields.CharField(max_length=48)),
                ("unit_id", fields.IntField()),
                ("on_day", fields.DateField()),
                ("count", fields.SmallIntField()),
                ("note", fields.TextField(default="", db_default="", unique=False)),
                ("evidence", fields.CharField(null=True, max_length=64)),
                ("evidence_name", fields.CharField(null=True, max_length=200)),
                ("state", fields.CharField(default="submitted", db_default="submitted", max_length=10)),
                ("submitted_at", fields.DatetimeField(**_MOMENT)),
                ("submitted_by", fields.IntField()),
                ("checked_at", fields.DatetimeField(null=True, **_MOMENT)),
                ("checked_by", fields.IntField(null=True)),
                ("reason", fields.TextField(null=True, unique=False)),
                ("revoked_at", fields.DatetimeField(null=True, **_MOMENT)),
                ("revoked_by", fields.IntField(null=True)),
                ("revoked_why", fields.TextField(null=True, unique=False)),
            ],
            options={
                "table": "activity_record",
                "app": "shifen",
                "indexes": [Index(fields=["month", "unit_id"])],
                "pk_attr": "id",
                "table_description": "So many times a unit did what an activity of a month asks for, with evidence; counts once somebody else finds it valid.",
            },
            bases=["Model"],
        ),
        *(ops.RunSQL(sql) for sql in (CHECKS, STONE)),
    ]
