"""Change sets, restatements, and who is heard before a change counts."""

from typing import Any

from tortoise import fields, migrations
from tortoise.indexes import Index
from tortoise.migrations import operations as ops

_KEY: dict[str, Any] = {"generated": True, "primary_key": True, "unique": True, "db_index": True}
_MOMENT: dict[str, Any] = {"auto_now": False, "auto_now_add": False}
_NULL_MOMENT: dict[str, Any] = {"null": True, **_MOMENT}

CHECKS = """
ALTER TABLE change_set
  ADD CONSTRAINT change_set_month FOREIGN KEY (month) REFERENCES service_month (month),
  ADD CONSTRAINT change_set_kind CHECK (kind IN ('rules', 'correction', 'late_data', 'membership', 'appeal', 'adjustment',
    'exclusion', 'quarantine', 'red_line')),
  ADD CONSTRAINT change_set_state CHECK (state IN ('open', 'applied', 'cancelled')),
  ADD CONSTRAINT change_set_maker FOREIGN KEY (made_by) REFERENCES account (id),
  ADD CONSTRAINT change_set_decider FOREIGN KEY (applied_by) REFERENCES account (id),
  ADD CONSTRAINT change_set_two_people CHECK (applied_by IS NULL OR applied_by <> made_by),
  ADD CONSTRAINT change_set_reason CHECK (btrim(why) <> ''),
  ADD CONSTRAINT change_set_previewed_whole CHECK (
    (preview IS NULL) = (preview_digest IS NULL) AND (preview IS NULL) = (previewed_at IS NULL)),
  ADD CONSTRAINT change_set_applied_whole CHECK (
    (applied_at IS NULL) = (applied_by IS NULL) AND (applied_at IS NULL) = (effects IS NULL)
    AND (state <> 'applied' OR (applied_at IS NOT NULL AND preview IS NOT NULL))),
  ADD CONSTRAINT change_set_cancelled_whole CHECK (
    (state = 'cancelled') = (cancelled_at IS NOT NULL) AND (cancelled_at IS NULL) = (cancelled_by IS NULL)
    AND (cancelled_at IS NULL) = (cancelled_why IS NULL));
ALTER TABLE change_hearing
  ADD CONSTRAINT change_hearing_change_set FOREIGN KEY (change_set_id) REFERENCES change_set (id),
  ADD CONSTRAINT change_hearing_unit FOREIGN KEY (unit_id) REFERENCES unit (id),
  ADD CONSTRAINT change_hearing_answered_whole CHECK (
    (answered_at IS NULL) = (answered_by IS NULL) AND (answered_at IS NULL) = (agrees IS NULL));
ALTER TABLE restatement
  ADD CONSTRAINT restatement_month FOREIGN KEY (month) REFERENCES service_month (month),
  ADD CONSTRAINT restatement_change_set FOREIGN KEY (change_set_id) REFERENCES change_set (id),
  ADD CONSTRAINT restatement_snapshot FOREIGN KEY (snapshot_id) REFERENCES snapshot (id),
  ADD CONSTRAINT restatement_two_people CHECK (by <> approved_by);
"""

# What a change set put beside the cards names it, and is lifted rather than removed when the change is undone.
BESIDE = """
ALTER TABLE adjustment ADD CONSTRAINT adjustment_change_set FOREIGN KEY (change_set_id) REFERENCES change_set (id);
ALTER TABLE red_line_event ADD CONSTRAINT red_line_event_change_set FOREIGN KEY (change_set_id) REFERENCES change_set (id);
ALTER TABLE exclusion
  ADD CONSTRAINT exclusion_change_set FOREIGN KEY (change_set_id) REFERENCES change_set (id),
  ADD CONSTRAINT exclusion_lifting_change FOREIGN KEY (lifted_by_change) REFERENCES change_set (id),
  DROP CONSTRAINT exclusion_two_people,
  ADD CONSTRAINT exclusion_two_people CHECK (
    decision IS DISTINCT FROM 'approved' OR decided_by <> proposed_by OR change_set_id IS NOT NULL);
"""

# Proposals of exclusions that still waited are taken back: from now on they are made as change sets, with a preview.
WAITING = """
UPDATE exclusion SET decision = 'withdrawn', decided_at = now(), decided_by = proposed_by
WHERE decision IS NULL AND NOT EXISTS (SELECT FROM closed_month c WHERE c.month = exclusion.month);
"""

STONE = """
CREATE TRIGGER change_set_never_removed BEFORE DELETE OR TRUNCATE ON change_set
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER change_hearing_never_removed BEFORE DELETE OR TRUNCATE ON change_hearing
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER restatement_in_stone BEFORE UPDATE OR DELETE OR TRUNCATE ON restatement
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER adjustment_never_removed BEFORE DELETE OR TRUNCATE ON adjustment
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER red_line_event_never_removed BEFORE DELETE OR TRUNCATE ON red_line_event
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE FUNCTION refuse_other_adjustment() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF (to_jsonb(NEW) - 'lifted_at') IS DISTINCT FROM (to_jsonb(OLD) - 'lifted_at') THEN
    RAISE EXCEPTION 'rows of % are lifted, never altered', TG_TABLE_NAME USING ERRCODE = 'SF001', TABLE = TG_TABLE_NAME;
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER adjustment_only_lifted BEFORE UPDATE ON adjustment
  FOR EACH ROW EXECUTE FUNCTION refuse_other_adjustment();
CREATE TRIGGER red_line_event_only_lifted BEFORE UPDATE ON red_line_event
  FOR EACH ROW EXECUTE FUNCTION refuse_other_adjustment();
CREATE FUNCTION refuse_other_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF (NEW.month, NEW.kind, NEW.title, NEW.payload, NEW.why, NEW.made_at, NEW.made_by)
     IS DISTINCT FROM (OLD.month, OLD.kind, OLD.title, OLD.payload, OLD.why, OLD.made_at, OLD.made_by) THEN
    RAISE EXCEPTION 'what change set % proposes is never altered', OLD.id USING ERRCODE = 'SF001', TABLE = TG_TABLE_NAME;
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER change_set_proposed BEFORE UPDATE ON change_set
  FOR EACH ROW EXECUTE FUNCTION refuse_other_change();
CREATE OR REPLACE FUNCTION refuse_closed_exclusion() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.change_set_id IS NULL AND NEW.lifted_by_change IS NULL
     AND EXISTS (SELECT FROM closed_month WHERE month = NEW.month) THEN
    RAISE EXCEPTION 'month % is closed', NEW.month USING ERRCODE = 'SF001', TABLE = TG_TABLE_NAME;
  END IF;
  RETURN NEW;
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("shifen", "0014_notices")]

    operations = [
        ops.CreateModel(
            name="ChangeSet",
            fields=[
                ("id", fields.IntField(**_KEY)),
                ("month", fields.IntField()),
                ("kind", fields.CharField(max_length=16)),
                ("title", fields.CharField(max_length=160)),
                ("payload", fields.TextField(unique=False)),
                ("why", fields.TextField(unique=False)),
                ("made_at", fields.DatetimeField(**_MOMENT)),
                ("made_by", fields.IntField()),
                ("state", fields.CharField(default="open", db_default="open", max_length=10)),
                ("asked_at", fields.DatetimeField(**_NULL_MOMENT)),
                ("done", fields.SmallIntField(default=0, db_default=0)),
                ("previewed_at", fields.DatetimeField(**_NULL_MOMENT)),
                ("preview", fields.TextField(null=True, unique=False)),
                ("preview_digest", fields.CharField(null=True, max_length=64)),
                ("failure", fields.TextField(null=True, unique=False)),
                ("applied_at", fields.DatetimeField(**_NULL_MOMENT)),
                ("applied_by", fields.IntField(null=True)),
                ("effects", fields.TextField(null=True, unique=False)),
                ("snapshot_before", fields.IntField(null=True)),
                ("snapshot_after", fields.IntField(null=True)),
                ("cancelled_at", fields.DatetimeField(**_NULL_MOMENT)),
                ("cancelled_by", fields.IntField(null=True)),
                ("cancelled_why", fields.TextField(null=True, unique=False)),
            ],
            options={
                "table": "change_set",
                "app": "shifen",
                "pk_attr": "id",
                "indexes": [Index(fields=["month", "state"])],
                "table_description": "One change that can move a result: made by one person, previewed, applied or cancelled whole by another.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="ChangeHearing",
            fields=[
                ("id", fields.IntField(**_KEY)),
                ("change_set_id", fields.IntField()),
                ("unit_id", fields.IntField()),
                ("told_at", fields.DatetimeField(**_MOMENT)),
                ("until", fields.DatetimeField(**_MOMENT)),
                ("answered_at", fields.DatetimeField(**_NULL_MOMENT)),
                ("answered_by", fields.IntField(null=True)),
                ("agrees", fields.BooleanField(null=True)),
                ("answer", fields.TextField(null=True, unique=False)),
            ],
            options={
                "table": "change_hearing",
                "app": "shifen",
                "unique_together": (("change_set_id", "unit_id"),),
                "pk_attr": "id",
                "table_description": "A unit that a change costs an award: told, and heard until an instant.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="Restatement",
            fields=[
                ("id", fields.IntField(**_KEY)),
                ("month", fields.IntField()),
                ("version", fields.IntField()),
                ("change_set_id", fields.IntField()),
                ("snapshot_id", fields.IntField()),
                ("digest", fields.CharField(max_length=64)),
                ("header", fields.TextField(unique=False)),
                ("note_zh", fields.TextField(unique=False)),
                ("note_en", fields.TextField(unique=False)),
                ("difference", fields.TextField(unique=False)),
                ("posted_in", fields.IntField(null=True)),
                ("at", fields.DatetimeField(**_MOMENT)),
                ("by", fields.IntField()),
                ("approved_by", fields.IntField()),
            ],
            options={
                "table": "restatement",
                "app": "shifen",
                "unique_together": (("month", "version"),),
                "pk_attr": "id",
                "table_description": "A later version of a published month beside the old one: its own snapshot, a public note, what went forward.",
            },
            bases=["Model"],
        ),
        *(
            ops.AddField(model_name=model, name=name, field=field)
            for model, name, field in (
                ("Adjustment", "change_set_id", fields.IntField(null=True)),
                ("Adjustment", "lifted_at", fields.DatetimeField(**_NULL_MOMENT)),
                ("RedLineEvent", "change_set_id", fields.IntField(null=True)),
                ("RedLineEvent", "lifted_at", fields.DatetimeField(**_NULL_MOMENT)),
                ("Exclusion", "change_set_id", fields.IntField(null=True)),
                ("Exclusion", "lifted_by_change", fields.IntField(null=True)),
            )
        ),
        *(ops.RunSQL(sql) for sql in (CHECKS, BESIDE, WAITING, STONE)),
    ]
