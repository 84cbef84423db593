"""Decisions of appeals that wait for a second look, and red lines that rest while they are disputed."""

from typing import Any

from tortoise import fields, migrations
from tortoise.indexes import Index
from tortoise.migrations import operations as ops

_KEY: dict[str, Any] = {"generated": True, "primary_key": True, "unique": True, "db_index": True}
_MOMENT: dict[str, Any] = {"auto_now": False, "auto_now_add": False}
_NULL_MOMENT: dict[str, Any] = {"null": True, **_MOMENT}

CHECKS = """
ALTER TABLE appeal_verdict
  ADD CONSTRAINT appeal_verdict_appeal FOREIGN KEY (appeal_id) REFERENCES appeal (id),
  ADD CONSTRAINT appeal_verdict_judge FOREIGN KEY (by) REFERENCES account (id),
  ADD CONSTRAINT appeal_verdict_second FOREIGN KEY (seen_by) REFERENCES account (id),
  ADD CONSTRAINT appeal_verdict_two_people CHECK (seen_by <> by),
  ADD CONSTRAINT appeal_verdict_stake CHECK (stake IN ('award', 'red_line')),
  ADD CONSTRAINT appeal_verdict_decision CHECK (decision IN ('inadmissible', 'upheld', 'partly', 'denied')),
  ADD CONSTRAINT appeal_verdict_whole CHECK (
    (seen_by IS NULL) = (seen_at IS NULL) AND (seen_by IS NULL) = (agrees IS NULL)
    AND (agrees IS NOT FALSE OR btrim(seen_note) <> ''));
CREATE UNIQUE INDEX appeal_verdict_one_waits ON appeal_verdict (appeal_id) WHERE seen_at IS NULL;
ALTER TABLE red_line_suspension
  ADD CONSTRAINT red_line_suspension_appeal FOREIGN KEY (appeal_id) REFERENCES appeal (id),
  ADD CONSTRAINT red_line_suspension_unit FOREIGN KEY (unit_id) REFERENCES unit (id),
  ADD CONSTRAINT red_line_suspension_order CHECK (until_at >= since_at);
CREATE UNIQUE INDEX red_line_suspension_one_open ON red_line_suspension (appeal_id) WHERE until_at IS NULL;
CREATE FUNCTION red_line_rests(unit_id int, code text, month int, known_at timestamptz) RETURNS boolean
LANGUAGE sql STABLE AS $$
  SELECT EXISTS (SELECT FROM red_line_suspension s WHERE s.month = $3 AND s.unit_id = $1 AND s.code = $2
    AND ($4 IS NULL OR s.since_at < $4) AND (s.until_at IS NULL OR s.until_at >= $4))
$$;
"""

STONE = """
CREATE TRIGGER appeal_verdict_never_removed BEFORE DELETE OR TRUNCATE ON appeal_verdict
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER red_line_suspension_never_removed BEFORE DELETE OR TRUNCATE ON red_line_suspension
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
"""


class Migration(migrations.Migration):
    dependencies = [("shifen", "0018_live")]

    operations = [
        ops.CreateModel(
            name="AppealVerdict",
            fields=[
                ("id", fields.IntField(**_KEY)),
                ("appeal_id", fields.IntField()),
                ("decision", fields.CharField(max_length=16)),
                ("reason", fields.TextField(unique=False)),
                ("kind", fields.CharField(max_length=16)),
                ("change", fields.TextField(null=True, unique=False)),
                ("stake", fields.CharField(max_length=16)),
                ("by", fields.IntField()),
                ("at", fields.DatetimeField(**_MOMENT)),
                ("seen_by", fields.IntField(null=True)),
                ("seen_at", fields.DatetimeField(**_NULL_MOMENT)),
                ("agrees", fields.BooleanField(null=True)),
                ("seen_note", fields.TextField(null=True, unique=False)),
            ],
            options={
                "table": "appeal_verdict",
                "app": "shifen",
                "pk_attr": "id",
                "indexes": [Index(fields=["appeal_id"])],
                "table_description": "A decision that waits for a second look, since an award or a red line is at stake, and what came of it.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="RedLineSuspension",
            fields=[
                ("id", fields.IntField(**_KEY)),
                ("appeal_id", fields.IntField()),
                ("unit_id", fields.IntField()),
                ("month", fields.IntField()),
                ("code", fields.CharField(max_length=32)),
                ("since_at", fields.DatetimeField(**_MOMENT)),
                ("until_at", fields.DatetimeField(**_NULL_MOMENT)),
            ],
            options={
                "table": "red_line_suspension",
                "app": "shifen",
                "pk_attr": "id",
                "indexes": [Index(fields=["month", "unit_id"])],
                "table_description": "A red line of a unit that has no effect while an appeal about it is open.",
            },
            bases=["Model"],
        ),
        *(ops.RunSQL(sql) for sql in (CHECKS, STONE)),
    ]
