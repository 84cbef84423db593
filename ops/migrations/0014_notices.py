"""Notices to people, appeals and their evidence."""

from typing import Any

from tortoise import fields, migrations
from tortoise.indexes import Index
from tortoise.migrations import operations as ops

_KEY: dict[str, Any] = {"generated": True, "primary_key": True, "unique": True, "db_index": True}
_MOMENT: dict[str, Any] = {"auto_now": False, "auto_now_add": False}
_NULL_MOMENT: dict[str, Any] = {"null": True, **_MOMENT}

CHECKS = """
ALTER TABLE notice ADD CONSTRAINT notice_account FOREIGN KEY (account_id) REFERENCES account (id);
ALTER TABLE appeal
  ADD CONSTRAINT appeal_month FOREIGN KEY (month) REFERENCES service_month (month),
  ADD CONSTRAINT appeal_unit FOREIGN KEY (unit_id) REFERENCES unit (id),
  ADD CONSTRAINT appeal_filer FOREIGN KEY (filed_by) REFERENCES account (id),
  ADD CONSTRAINT appeal_decider FOREIGN KEY (decided_by) REFERENCES account (id),
  ADD CONSTRAINT appeal_two_people CHECK (decided_by IS NULL OR state = 'withdrawn' OR decided_by <> filed_by),
  ADD CONSTRAINT appeal_ground CHECK (ground IN ('data_error', 'wrong_unit', 'out_of_control', 'procedure')),
  ADD CONSTRAINT appeal_state CHECK (state IN ('submitted', 'inadmissible', 'under_review', 'upheld', 'partly', 'denied',
    'applied', 'notified', 'withdrawn')),
  ADD CONSTRAINT appeal_route CHECK (route IN ('organiser', 'hr', 'auditor')),
  ADD CONSTRAINT appeal_decided_whole CHECK (
    (decided_at IS NULL) = (decided_by IS NULL)
    AND (decided_at IS NULL) = (state IN ('submitted', 'under_review'))
    AND (state NOT IN ('inadmissible', 'upheld', 'partly', 'denied') OR btrim(reason) <> ''));
ALTER TABLE appeal_file
  ADD CONSTRAINT appeal_file_appeal FOREIGN KEY (appeal_id) REFERENCES appeal (id),
  ADD CONSTRAINT appeal_file_person FOREIGN KEY (by) REFERENCES account (id);
ALTER TABLE appeal_step
  ADD CONSTRAINT appeal_step_appeal FOREIGN KEY (appeal_id) REFERENCES appeal (id),
  ADD CONSTRAINT appeal_step_person FOREIGN KEY (by) REFERENCES account (id);
"""

STONE = """
CREATE TRIGGER appeal_never_removed BEFORE DELETE OR TRUNCATE ON appeal
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER appeal_file_in_stone BEFORE UPDATE OR DELETE OR TRUNCATE ON appeal_file
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER appeal_step_in_stone BEFORE UPDATE OR DELETE OR TRUNCATE ON appeal_step
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE FUNCTION refuse_other_appeal() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'what appeal % says is never altered', OLD.id USING ERRCODE = 'SF001', TABLE = TG_TABLE_NAME;
END $$;
CREATE TRIGGER appeal_told BEFORE UPDATE ON appeal FOR EACH ROW WHEN (
  (OLD.month, OLD.unit_id, OLD.kpi, OLD.ground, OLD.claimed, OLD.told, OLD.recorded, OLD.filed_at, OLD.filed_by)
  IS DISTINCT FROM
  (NEW.month, NEW.unit_id, NEW.kpi, NEW.ground, NEW.claimed, NEW.told, NEW.recorded, NEW.filed_at, NEW.filed_by))
  EXECUTE FUNCTION refuse_other_appeal();
"""


class Migration(migrations.Migration):
    dependencies = [("shifen", "0013_contests")]

    operations = [
        ops.CreateModel(
            name="Notice",
            fields=[
                ("id", fields.BigIntField(**_KEY)),
                ("account_id", fields.IntField()),
                ("kind", fields.CharField(max_length=32)),
                ("zh", fields.TextField(unique=False)),
                ("en", fields.TextField(unique=False)),
                ("href", fields.CharField(max_length=200)),
                ("at", fields.DatetimeField(**_MOMENT)),
                ("read_at", fields.DatetimeField(**_NULL_MOMENT)),
            ],
            options={
                "table": "notice",
                "app": "shifen",
                "pk_attr": "id",
                "indexes": [Index(fields=["account_id", "read_at"])],
                "table_description": "One sentence to one person about something that concerns them, with where to read on.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="Appeal",
            fields=[
                ("id", fields.IntField(**_KEY)),
                ("month", fields.IntField()),
                ("unit_id", fields.IntField()),
                ("kpi", fields.CharField(max_length=32)),
                ("ground", fields.CharField(max_length=16)),
                ("claimed", fields.TextField(unique=False)),
                ("told", fields.TextField(unique=False)),
                ("recorded", fields.TextField(unique=False)),
                ("state", fields.CharField(default="submitted", db_default="submitted", max_length=16)),
                ("route", fields.CharField(max_length=16)),
                ("filed_at", fields.DatetimeField(**_MOMENT)),
                ("filed_by", fields.IntField()),
                ("due_at", fields.DatetimeField(**_MOMENT)),
                ("escalated_at", fields.DatetimeField(**_NULL_MOMENT)),
                ("answered_at", fields.DatetimeField(**_NULL_MOMENT)),
                ("decided_at", fields.DatetimeField(**_NULL_MOMENT)),
                ("decided_by", fields.IntField(null=True)),
                ("reason", fields.TextField(null=True, unique=False)),
                ("change_set_id", fields.IntField(null=True)),
                ("notified_at", fields.DatetimeField(**_NULL_MOMENT)),
            ],
            options={
                "table": "appeal",
                "app": "shifen",
                "pk_attr": "id",
                "unique_together": (("unit_id", "kpi", "month"),),
                "indexes": [Index(fields=["month", "state"])],
                "table_description": "A unit's dispute of one line of its card, once for each unit, KPI and month; `due_at` is the next answer's.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="AppealFile",
            fields=[
                ("id", fields.IntField(**_KEY)),
                ("appeal_id", fields.IntField()),
                ("sha256", fields.CharField(max_length=64)),
                ("filename", fields.CharField(max_length=120)),
                ("media_type", fields.CharField(max_length=80)),
                ("size", fields.IntField()),
                ("at", fields.DatetimeField(**_MOMENT)),
                ("by", fields.IntField()),
            ],
            options={
                "table": "appeal_file",
                "app": "shifen",
                "pk_attr": "id",
                "unique_together": (("appeal_id", "sha256"),),
                "table_description": "A file that belongs to an appeal; files are added, never replaced.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="AppealStep",
            fields=[
                ("id", fields.IntField(**_KEY)),
                ("appeal_id", fields.IntField()),
                ("step", fields.CharField(max_length=16)),
                ("at", fields.DatetimeField(**_MOMENT)),
                ("by", fields.IntField(null=True)),
                ("note", fields.TextField(null=True, unique=False)),
            ],
            options={
                "table": "appeal_step",
                "app": "shifen",
                "pk_attr": "id",
                "indexes": [Index(fields=["appeal_id"])],
                "table_description": "One thing that happened to an appeal; by nobody where the time alone brought it about.",
            },
            bases=["Model"],
        ),
        *(ops.RunSQL(sql) for sql in (CHECKS, STONE)),
    ]
