"""Payout lists: what of a month's rewards is paid, proposed by one person, approved by another, immutable from then on."""

from typing import Any

from tortoise import fields, migrations
from tortoise.migrations import operations as ops

_KEY: dict[str, Any] = {"generated": True, "primary_key": True, "unique": True, "db_index": True}
_MOMENT: dict[str, Any] = {"auto_now": False, "auto_now_add": False}

CHECKS = """
ALTER TABLE payout_list
  ADD CONSTRAINT payout_list_month FOREIGN KEY (month) REFERENCES service_month (month),
  ADD CONSTRAINT payout_list_proposer FOREIGN KEY (proposed_by) REFERENCES account (id),
  ADD CONSTRAINT payout_list_approver FOREIGN KEY (approved_by) REFERENCES account (id),
  ADD CONSTRAINT payout_list_two CHECK (approved_by <> proposed_by),
  ADD CONSTRAINT payout_list_approval CHECK ((approved_at IS NULL) = (approved_by IS NULL)),
  ADD CONSTRAINT payout_list_one_end CHECK (approved_at IS NULL OR withdrawn_at IS NULL),
  ADD CONSTRAINT payout_list_digest CHECK (digest ~ '^[0-9a-f]{64}$');
CREATE UNIQUE INDEX payout_list_one_open ON payout_list (month) WHERE approved_at IS NULL AND withdrawn_at IS NULL;
CREATE TRIGGER payout_list_never_removed BEFORE DELETE OR TRUNCATE ON payout_list
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE FUNCTION refuse_payout() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.approved_at IS NOT NULL OR NEW.withdrawn_at IS NOT NULL
    OR NOT EXISTS (SELECT FROM publication WHERE month = NEW.month) THEN
    RAISE EXCEPTION 'a payout list of % begins as a proposal after the publication', NEW.month
      USING ERRCODE = 'SF001', TABLE = TG_TABLE_NAME;
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER payout_list_begins BEFORE INSERT ON payout_list FOR EACH ROW EXECUTE FUNCTION refuse_payout();
CREATE FUNCTION refuse_decided_payout() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF OLD.approved_at IS NOT NULL OR OLD.withdrawn_at IS NOT NULL
    OR (OLD.id, OLD.month, OLD.number, OLD.lines, OLD.digest, OLD.proposed_at, OLD.proposed_by) IS DISTINCT FROM
    (NEW.id, NEW.month, NEW.number, NEW.lines, NEW.digest, NEW.proposed_at, NEW.proposed_by) THEN
    RAISE EXCEPTION 'payout list % is never altered', OLD.id USING ERRCODE = 'SF001', TABLE = TG_TABLE_NAME;
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER payout_list_decided BEFORE UPDATE ON payout_list FOR EACH ROW EXECUTE FUNCTION refuse_decided_payout();
"""


class Migration(migrations.Migration):
    dependencies = [("shifen", "0028_moves_as_they_are")]

    operations = [
        ops.CreateModel(
            name="PayoutList",
            fields=[
                ("id", fields.IntField(**_KEY)),
                ("month", fields.IntField()),
                ("number", fields.SmallIntField()),
                ("lines", fields.TextField(unique=False)),
                ("digest", fields.CharField(max_length=64)),
                ("proposed_at", fields.DatetimeField(**_MOMENT)),
                ("proposed_by", fields.IntField()),
                ("withdrawn_at", fields.DatetimeField(null=True, **_MOMENT)),
                ("approved_at", fields.DatetimeField(null=True, **_MOMENT)),
                ("approved_by", fields.IntField(null=True)),
            ],
            options={
                "table": "payout_list",
                "app": "shifen",
                "unique_together": (("month", "number"),),
                "pk_attr": "id",
                "table_description": "What of a month's rewards is paid: proposed by one, approved by another, then immutable.",
            },
            bases=["Model"],
        ),
        ops.RunSQL(CHECKS),
    ]
