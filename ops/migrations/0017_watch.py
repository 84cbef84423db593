"""Sign-offs of completeness, findings about odd facts, checks of seals."""

from typing import Any

from tortoise import fields, migrations
from tortoise.indexes import Index
from tortoise.migrations import operations as ops

_KEY: dict[str, Any] = {"generated": True, "primary_key": True, "unique": True, "db_index": True}
_MOMENT: dict[str, Any] = {"auto_now": False, "auto_now_add": False}

CHECKS = """
ALTER TABLE sign_off
  ADD CONSTRAINT sign_off_month CHECK (month BETWEEN 200001 AND 209912 AND month % 100 BETWEEN 1 AND 12),
  ADD CONSTRAINT sign_off_decision CHECK (decision IN ('signed', 'waived')),
  ADD CONSTRAINT sign_off_waiver CHECK (decision = 'signed' OR why IS NOT NULL),
  ADD CONSTRAINT sign_off_withdrawn_whole CHECK ((withdrawn_at IS NULL) = (withdrawn_by IS NULL)),
  ADD CONSTRAINT sign_off_signer FOREIGN KEY (by) REFERENCES account (id),
  ADD CONSTRAINT sign_off_withdrawer FOREIGN KEY (withdrawn_by) REFERENCES account (id);
CREATE UNIQUE INDEX sign_off_one_holds ON sign_off (month, process) WHERE withdrawn_at IS NULL;
ALTER TABLE finding
  ADD CONSTRAINT finding_month CHECK (month BETWEEN 200001 AND 209912 AND month % 100 BETWEEN 1 AND 12),
  ADD CONSTRAINT finding_verdict CHECK (verdict IN ('fine', 'quarantined')),
  ADD CONSTRAINT finding_looked_whole CHECK (
    (verdict IS NULL) = (looked_at IS NULL) AND (verdict IS NULL) = (looked_by IS NULL)),
  ADD CONSTRAINT finding_unit FOREIGN KEY (unit_id) REFERENCES unit (id),
  ADD CONSTRAINT finding_kpi FOREIGN KEY (kpi_id) REFERENCES kpi (id),
  ADD CONSTRAINT finding_looker FOREIGN KEY (looked_by) REFERENCES account (id);
ALTER TABLE verification
  ADD CONSTRAINT verification_by FOREIGN KEY (by) REFERENCES account (id);
CREATE TRIGGER sign_off_never_removed BEFORE DELETE OR TRUNCATE ON sign_off
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER finding_never_removed BEFORE DELETE OR TRUNCATE ON finding
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER verification_in_stone BEFORE UPDATE OR DELETE OR TRUNCATE ON verification
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
"""


class Migration(migrations.Migration):
    dependencies = [("shifen", "0016_history")]

    operations = [
        ops.CreateModel(
            name="SignOff",
            fields=[
                ("id", fields.IntField(**_KEY)),
                ("month", fields.IntField()),
                ("process", fields.CharField(max_length=24)),
                ("decision", fields.CharField(max_length=8)),
                ("why", fields.TextField(null=True, unique=False)),
                ("at", fields.DatetimeField(**_MOMENT)),
                ("by", fields.IntField()),
                ("withdrawn_at", fields.DatetimeField(null=True, **_MOMENT)),
                ("withdrawn_by", fields.IntField(null=True)),
            ],
            options={
                "table": "sign_off",
                "app": "shifen",
                "pk_attr": "id",
                "indexes": [Index(fields=["month", "process"])],
                "table_description": "That the facts of one process are complete for a month, or that what lacks is waived with a reason; one holds at a time.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="Finding",
            fields=[
                ("id", fields.IntField(**_KEY)),
                ("month", fields.IntField()),
                ("kind", fields.CharField(max_length=16)),
                ("unit_id", fields.IntField()),
                ("kpi_id", fields.SmallIntField()),
                ("on_day", fields.DateField()),
                ("strength", fields.IntField()),
                ("detail", fields.TextField(unique=False)),
                ("found_at", fields.DatetimeField(**_MOMENT)),
                ("looked_at", fields.DatetimeField(null=True, **_MOMENT)),
                ("looked_by", fields.IntField(null=True)),
                ("verdict", fields.CharField(null=True, max_length=12)),
                ("why", fields.TextField(null=True, unique=False)),
                ("change_id", fields.IntField(null=True)),
            ],
            options={
                "table": "finding",
                "app": "shifen",
                "pk_attr": "id",
                "unique_together": (("month", "kind", "unit_id", "kpi_id", "on_day"),),
                "table_description": "Something odd in the facts of one unit and KPI, told once; `on_day` is its day, or the month's first day.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="WatchRun",
            fields=[
                ("month", fields.IntField(primary_key=True, unique=True, db_index=True, generated=False)),
                ("fold", fields.IntField()),
                ("at", fields.DatetimeField(**_MOMENT)),
                ("units", fields.IntField()),
                ("found", fields.IntField()),
            ],
            options={
                "table": "watch_run",
                "app": "shifen",
                "pk_attr": "month",
                "table_description": "The last scan of a month for odd facts: which fold of its facts it saw, so that nothing is looked at twice.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="Verification",
            fields=[
                ("id", fields.IntField(**_KEY)),
                ("month", fields.IntField()),
                ("version", fields.SmallIntField()),
                ("digest", fields.CharField(max_length=64)),
                ("at", fields.DatetimeField(**_MOMENT)),
                ("by", fields.IntField(null=True)),
                ("equal", fields.BooleanField()),
                ("found", fields.TextField(unique=False)),
            ],
            options={
                "table": "verification",
                "app": "shifen",
                "pk_attr": "id",
                "indexes": [Index(fields=["month", "version"])],
                "table_description": "One check of a sealed version against the stored facts; `found` is the report as JSON.",
            },
            bases=["Model"],
        ),
        ops.RunSQL(CHECKS),
    ]
