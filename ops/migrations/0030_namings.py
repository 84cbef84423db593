"""Namings: who the organisers chose for the awards that no rule decides; each by a change set, lifted and never removed."""

from typing import Any

from tortoise import fields, migrations
from tortoise.indexes import Index
from tortoise.migrations import operations as ops

_KEY: dict[str, Any] = {"generated": True, "primary_key": True, "unique": True, "db_index": True}
_MOMENT: dict[str, Any] = {"auto_now": False, "auto_now_add": False}

CHECKS = """
ALTER TABLE award_naming
  ADD CONSTRAINT award_naming_month FOREIGN KEY (month) REFERENCES service_month (month),
  ADD CONSTRAINT award_naming_unit FOREIGN KEY (unit_id) REFERENCES unit (id),
  ADD CONSTRAINT award_naming_person FOREIGN KEY ("by") REFERENCES account (id),
  ADD CONSTRAINT award_naming_change_set FOREIGN KEY (change_set_id) REFERENCES change_set (id),
  ADD CONSTRAINT award_naming_restores FOREIGN KEY (restores) REFERENCES award_naming (id),
  ADD CONSTRAINT award_naming_reason CHECK (btrim(reason) <> '');
CREATE UNIQUE INDEX award_naming_one_standing ON award_naming (month, award, unit_id) WHERE lifted_at IS NULL;
ALTER TABLE change_set
  DROP CONSTRAINT change_set_kind,
  ADD CONSTRAINT change_set_kind CHECK (kind IN ('rules', 'correction', 'late_data', 'membership', 'appeal', 'adjustment',
    'exclusion', 'quarantine', 'red_line', 'naming'));
"""
STONE = """
CREATE TRIGGER award_naming_never_removed BEFORE DELETE OR TRUNCATE ON award_naming
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER award_naming_only_lifted BEFORE UPDATE ON award_naming
  FOR EACH ROW EXECUTE FUNCTION refuse_other_adjustment();
CREATE TRIGGER award_naming_lifted_once BEFORE UPDATE ON award_naming FOR EACH ROW
  WHEN (OLD.lifted_at IS NOT NULL AND NEW.lifted_at IS DISTINCT FROM OLD.lifted_at)
  EXECUTE FUNCTION refuse_other_end();
CREATE TRIGGER award_naming_closed BEFORE INSERT OR UPDATE ON award_naming
  FOR EACH ROW EXECUTE FUNCTION refuse_into_closed_month();
"""


class Migration(migrations.Migration):
    dependencies = [("shifen", "0029_payouts")]

    operations = [
        ops.CreateModel(
            name="AwardNaming",
            fields=[
                ("id", fields.IntField(**_KEY)),
                ("month", fields.IntField()),
                ("award", fields.CharField(max_length=32)),
                ("unit_id", fields.IntField()),
                ("reason", fields.TextField(unique=False)),
                ("at", fields.DatetimeField(**_MOMENT)),
                ("by", fields.IntField()),
                ("change_set_id", fields.IntField()),
                ("lifted_at", fields.DatetimeField(null=True, **_MOMENT)),
                ("restores", fields.IntField(null=True)),
            ],
            options={
                "table": "award_naming",
                "app": "shifen",
                "pk_attr": "id",
                "indexes": [Index(fields=["month"])],
                "table_description": "A unit that the organisers have named for an award by hand, by a change set; whether it wins is seen at the closing.",
            },
            bases=["Model"],
        ),
        ops.RunSQL(CHECKS),
        ops.RunSQL(STONE),
    ]
