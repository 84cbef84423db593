"""The life of a month: due transitions, closings in versions, embargo, revelations, public notice, talks before help."""

from typing import Any

from tortoise import fields, migrations
from tortoise.indexes import Index
from tortoise.migrations import operations as ops
from tortoise.migrations.constraints import UniqueConstraint

_KEY: dict[str, Any] = {"generated": True, "primary_key": True, "unique": True, "db_index": True}
_MOMENT: dict[str, Any] = {"auto_now": False, "auto_now_add": False}

# Which closing of a month holds: all code asks this view.
VIEW = """
CREATE VIEW closed_month AS
SELECT c.month, c.id AS closing_id, c.version, c.approved_at, c.approved_by, c.snapshot_id, c.digest, c.header
FROM closing c
WHERE c.approved_at IS NOT NULL AND NOT EXISTS (SELECT FROM reopening r WHERE r.closing_id = c.id);
"""

FILLED = """
ALTER TABLE closing DISABLE TRIGGER closing_approved;
UPDATE closing SET version = 1 WHERE approved_at IS NOT NULL;
ALTER TABLE closing ENABLE TRIGGER closing_approved;
UPDATE coaching_assignment a SET snapshot_id = c.snapshot_id
FROM closing c WHERE c.month = a.month AND c.approved_at IS NOT NULL;
INSERT INTO release (month, closing_id, at, by)
SELECT p.month, c.id, p.at, p.by FROM publication p JOIN closing c ON c.month = p.month AND c.approved_at IS NOT NULL;
"""

CHECKS = """
DROP INDEX closing_one_open;
CREATE UNIQUE INDEX closing_one_open ON closing (month) WHERE withdrawn_at IS NULL AND approved_at IS NULL;
ALTER TABLE closing
  ADD CONSTRAINT closing_versioned CHECK ((approved_at IS NULL) = (version IS NULL) AND version >= 1);
ALTER TABLE service_month
  ADD CONSTRAINT service_month_notice CHECK (notice_days BETWEEN 0 AND 30),
  ADD CONSTRAINT service_month_embargo CHECK (embargo_until >= ceremony_at),
  ADD CONSTRAINT service_month_proposed_whole CHECK (
    (proposed_announcement_at IS NULL) = (proposed_announcement_by IS NULL)),
  ADD CONSTRAINT service_month_two_people CHECK (announced_by <> proposed_announcement_by);
ALTER TABLE reopening
  ADD CONSTRAINT reopening_reason CHECK (why <> ''),
  ADD CONSTRAINT reopening_closing FOREIGN KEY (closing_id) REFERENCES closing (id),
  ADD CONSTRAINT reopening_person FOREIGN KEY (by) REFERENCES account (id);
ALTER TABLE release
  ADD CONSTRAINT release_closing FOREIGN KEY (closing_id) REFERENCES closing (id),
  ADD CONSTRAINT release_person FOREIGN KEY (by) REFERENCES account (id);
ALTER TABLE revelation
  ADD CONSTRAINT revelation_month FOREIGN KEY (month) REFERENCES service_month (month),
  ADD CONSTRAINT revelation_unit FOREIGN KEY (unit_id) REFERENCES unit (id),
  ADD CONSTRAINT revelation_person FOREIGN KEY (by) REFERENCES account (id);
CREATE UNIQUE INDEX revelation_once ON revelation (month, award, coalesce(unit_id, 0));
ALTER TABLE publication
  ADD CONSTRAINT publication_via CHECK (via IN ('release', 'ceremony', 'ceremony_cancelled', 'embargo_over')),
  ADD CONSTRAINT publication_by CHECK (by IS NOT NULL OR via = 'embargo_over'),
  ADD CONSTRAINT publication_why CHECK (via <> 'ceremony_cancelled' OR coalesce(why, '') <> '');
ALTER TABLE objection
  ADD CONSTRAINT objection_month FOREIGN KEY (month) REFERENCES service_month (month),
  ADD CONSTRAINT objection_unit FOREIGN KEY (unit_id) REFERENCES unit (id),
  ADD CONSTRAINT objection_person FOREIGN KEY (by) REFERENCES account (id),
  ADD CONSTRAINT objection_said CHECK (text <> ''),
  ADD CONSTRAINT objection_decision CHECK (decision IN ('upheld', 'rejected')),
  ADD CONSTRAINT objection_two_people CHECK (decided_by <> by),
  ADD CONSTRAINT objection_decided_whole CHECK (
    (decision IS NULL) = (decided_at IS NULL) AND (decision IS NULL) = (decided_by IS NULL)
    AND (decision IS NULL) = (reason IS NULL));
CREATE UNIQUE INDEX objection_one_open ON objection (month, award, unit_id, by) WHERE decision IS NULL;
ALTER TABLE transition
  ADD CONSTRAINT transition_month FOREIGN KEY (month) REFERENCES service_month (month),
  ADD CONSTRAINT transition_late CHECK (happened_at >= due_at);
ALTER TABLE coaching_talk
  ADD CONSTRAINT coaching_talk_assignment FOREIGN KEY (assignment_id) REFERENCES coaching_assignment (id),
  ADD CONSTRAINT coaching_talk_person FOREIGN KEY (by) REFERENCES account (id);
"""

SET_IN_STONE = ("reopening", "release", "revelation", "transition", "coaching_talk")
STONE = (
    "".join(
        f"CREATE TRIGGER {table}_in_stone BEFORE UPDATE OR DELETE OR TRUNCATE ON {table}"
        " FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();\n"
        for table in SET_IN_STONE
    )
    + """
CREATE TRIGGER objection_never_removed BEFORE DELETE OR TRUNCATE ON objection
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER coaching_assignment_never_removed BEFORE DELETE OR TRUNCATE ON coaching_assignment
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER coaching_step_never_removed BEFORE DELETE OR TRUNCATE ON coaching_step
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE FUNCTION refuse_decided_objection() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF OLD.decision IS NOT NULL OR (OLD.month, OLD.award, OLD.unit_id, OLD."by", OLD.text, OLD.at)
    IS DISTINCT FROM (NEW.month, NEW.award, NEW.unit_id, NEW."by", NEW.text, NEW.at) THEN
    RAISE EXCEPTION 'objection % is never altered', OLD.id USING ERRCODE = 'SF001', TABLE = TG_TABLE_NAME;
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER objection_decided BEFORE UPDATE ON objection FOR EACH ROW EXECUTE FUNCTION refuse_decided_objection();

CREATE FUNCTION refuse_sealed_coaching() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF (OLD.month, OLD.unit_id, OLD.level, OLD.triggers, OLD.diagnosis, OLD.coach_id, OLD.snapshot_id, OLD.opened_at)
    IS DISTINCT FROM
    (NEW.month, NEW.unit_id, NEW.level, NEW.triggers, NEW.diagnosis, NEW.coach_id, NEW.snapshot_id, NEW.opened_at) THEN
    RAISE EXCEPTION 'coaching of % is sealed', OLD.month USING ERRCODE = 'SF001', TABLE = TG_TABLE_NAME;
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER coaching_assignment_sealed BEFORE UPDATE ON coaching_assignment
  FOR EACH ROW EXECUTE FUNCTION refuse_sealed_coaching();

CREATE FUNCTION refuse_sealed_step() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF (OLD.assignment_id, OLD.step, OLD.number, OLD.due_on) IS DISTINCT FROM
    (NEW.assignment_id, NEW.step, NEW.number, NEW.due_on) THEN
    RAISE EXCEPTION 'step % is sealed', OLD.id USING ERRCODE = 'SF001', TABLE = TG_TABLE_NAME;
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER coaching_step_sealed BEFORE UPDATE ON coaching_step FOR EACH ROW EXECUTE FUNCTION refuse_sealed_step();
"""
)

# A month that was opened again may be planned, scored and closed anew; what was sealed before stays sealed.
VERSIONS = """
CREATE OR REPLACE FUNCTION refuse_closed_month() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT FROM closed_month WHERE month = OLD.month) THEN
    RAISE EXCEPTION 'month % is closed', OLD.month USING ERRCODE = 'SF001', TABLE = TG_TABLE_NAME;
  END IF;
  RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END $$;
CREATE OR REPLACE FUNCTION refuse_closed_exclusion() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT FROM closed_month WHERE month = NEW.month) THEN
    RAISE EXCEPTION 'month % is closed', NEW.month USING ERRCODE = 'SF001', TABLE = TG_TABLE_NAME;
  END IF;
  RETURN NEW;
END $$;
CREATE FUNCTION refuse_into_closed_month() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT FROM closed_month WHERE month = NEW.month) THEN
    RAISE EXCEPTION 'month % is closed', NEW.month USING ERRCODE = 'SF001', TABLE = TG_TABLE_NAME;
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER award_grant_closed BEFORE INSERT ON award_grant
  FOR EACH ROW EXECUTE FUNCTION refuse_into_closed_month();
CREATE TRIGGER coaching_assignment_closed BEFORE INSERT ON coaching_assignment
  FOR EACH ROW EXECUTE FUNCTION refuse_into_closed_month();

CREATE FUNCTION refuse_second_closing() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT FROM closed_month WHERE month = NEW.month)
    OR NEW.version <> 1 + (SELECT count(*) FROM closing WHERE month = NEW.month AND approved_at IS NOT NULL) THEN
    RAISE EXCEPTION 'month % is closed', NEW.month USING ERRCODE = 'SF001', TABLE = TG_TABLE_NAME;
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER closing_once BEFORE INSERT OR UPDATE ON closing
  FOR EACH ROW WHEN (NEW.approved_at IS NOT NULL) EXECUTE FUNCTION refuse_second_closing();

CREATE FUNCTION refuse_reopening() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NOT EXISTS (SELECT FROM closed_month WHERE month = NEW.month AND closing_id = NEW.closing_id AND approved_by <> NEW."by")
    OR EXISTS (SELECT FROM publication WHERE month = NEW.month)
    OR EXISTS (SELECT FROM revelation WHERE month = NEW.month) THEN
    RAISE EXCEPTION 'month % cannot be opened again', NEW.month USING ERRCODE = 'SF001', TABLE = TG_TABLE_NAME;
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER reopening_before_publication BEFORE INSERT ON reopening
  FOR EACH ROW EXECUTE FUNCTION refuse_reopening();

CREATE FUNCTION refuse_release() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NOT EXISTS (SELECT FROM closed_month WHERE month = NEW.month AND closing_id = NEW.closing_id AND approved_by <> NEW."by") THEN
    RAISE EXCEPTION 'month % cannot be released', NEW.month USING ERRCODE = 'SF001', TABLE = TG_TABLE_NAME;
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER release_of_the_closing BEFORE INSERT ON release FOR EACH ROW EXECUTE FUNCTION refuse_release();

CREATE FUNCTION refuse_unreleased() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NOT EXISTS (SELECT FROM release r JOIN closed_month c ON c.closing_id = r.closing_id WHERE r.month = NEW.month) THEN
    RAISE EXCEPTION 'month % is not released', NEW.month USING ERRCODE = 'SF001', TABLE = TG_TABLE_NAME;
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER publication_of_a_release BEFORE INSERT ON publication FOR EACH ROW EXECUTE FUNCTION refuse_unreleased();
CREATE TRIGGER revelation_of_a_release BEFORE INSERT ON revelation FOR EACH ROW EXECUTE FUNCTION refuse_unreleased();
"""


class Migration(migrations.Migration):
    dependencies = [("shifen", "0009_speed")]

    operations = [
        ops.CreateModel(
            name="CoachingTalk",
            fields=[
                ("id", fields.IntField(**_KEY)),
                ("assignment_id", fields.IntField(unique=True)),
                ("with_whom", fields.CharField(max_length=80)),
                ("held_on", fields.DateField()),
                ("note", fields.TextField(unique=False)),
                ("at", fields.DatetimeField(**_MOMENT)),
                ("by", fields.IntField()),
            ],
            options={
                "table": "coaching_talk",
                "app": "shifen",
                "pk_attr": "id",
                "table_description": "The talk that the deepest level of help begins with: held with whom, on which day, what was agreed.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="Objection",
            fields=[
                ("id", fields.IntField(**_KEY)),
                ("month", fields.IntField()),
                ("award", fields.CharField(max_length=32)),
                ("unit_id", fields.IntField()),
                ("by", fields.IntField()),
                ("text", fields.TextField(unique=False)),
                ("at", fields.DatetimeField(**_MOMENT)),
                ("decision", fields.CharField(null=True, max_length=10)),
                ("decided_at", fields.DatetimeField(null=True, **_MOMENT)),
                ("decided_by", fields.IntField(null=True)),
                ("reason", fields.TextField(null=True, unique=False)),
            ],
            options={
                "table": "objection",
                "app": "shifen",
                "indexes": [Index(fields=["month"])],
                "pk_attr": "id",
                "table_description": "An objection during the public notice against one award of one unit; until it is decided that line is not paid.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="Release",
            fields=[
                ("id", fields.IntField(**_KEY)),
                ("month", fields.IntField()),
                ("closing_id", fields.IntField(unique=True)),
                ("at", fields.DatetimeField(**_MOMENT)),
                ("by", fields.IntField()),
            ],
            options={
                "table": "release",
                "app": "shifen",
                "pk_attr": "id",
                "table_description": "The decision to publish a closing: at once, or after the ceremony.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="Reopening",
            fields=[
                ("id", fields.IntField(**_KEY)),
                ("month", fields.IntField()),
                ("closing_id", fields.IntField(unique=True)),
                ("at", fields.DatetimeField(**_MOMENT)),
                ("by", fields.IntField()),
                ("why", fields.TextField(unique=False)),
            ],
            options={
                "table": "reopening",
                "app": "shifen",
                "pk_attr": "id",
                "table_description": "An approved closing that holds no longer; its sealed snapshot stays as it is.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="Revelation",
            fields=[
                ("id", fields.IntField(**_KEY)),
                ("month", fields.IntField()),
                ("award", fields.CharField(max_length=32)),
                ("unit_id", fields.IntField(null=True)),
                ("at", fields.DatetimeField(**_MOMENT)),
                ("by", fields.IntField()),
            ],
            options={
                "table": "revelation",
                "app": "shifen",
                "pk_attr": "id",
                "table_description": "An award, or one winner of it, made public during the embargo.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="Transition",
            fields=[
                ("id", fields.IntField(**_KEY)),
                ("month", fields.IntField()),
                ("step", fields.CharField(max_length=16)),
                ("due_at", fields.DatetimeField(**_MOMENT)),
                ("happened_at", fields.DatetimeField(**_MOMENT)),
            ],
            options={
                "table": "transition",
                "app": "shifen",
                "unique_together": (("month", "step"),),
                "pk_attr": "id",
                "table_description": "A due transition of a month that was carried out: once, late rather than never.",
            },
            bases=["Model"],
        ),
        ops.AddField(
            model_name="Closing",
            name="version",
            field=fields.SmallIntField(null=True),
        ),
        ops.AddConstraint(
            model_name="Closing",
            constraint=UniqueConstraint(fields=("month", "version"), name=None),
        ),
        ops.RemoveConstraint(
            model_name="CoachingAssignment",
            name=None,
            fields=["month", "unit_id"],
        ),
        ops.AlterModelOptions(
            name="CoachingAssignment",
            options={
                "table": "coaching_assignment",
                "app": "shifen",
                "unique_together": (("month", "unit_id", "snapshot_id"),),
                "indexes": [Index(fields=["unit_id"])],
                "pk_attr": "id",
                "table_description": "Help for one unit after one month: triggers, level, diagnosis of lost points; withdrawn when that closing was reopened.",
            },
        ),
        ops.AddField(
            model_name="CoachingAssignment",
            name="snapshot_id",
            field=fields.IntField(null=True),
        ),
        ops.AddField(
            model_name="CoachingAssignment",
            name="withdrawn_at",
            field=fields.DatetimeField(null=True, **_MOMENT),
        ),
        ops.AddConstraint(
            model_name="CoachingAssignment",
            constraint=UniqueConstraint(fields=("month", "unit_id", "snapshot_id"), name=None),
        ),
        ops.AlterModelOptions(
            name="Publication",
            options={
                "table": "publication",
                "app": "shifen",
                "pk_attr": "id",
                "table_description": "The moment at which a closed month became public, and what brought it about.",
            },
        ),
        ops.AlterField(
            model_name="Publication",
            name="by",
            field=fields.IntField(null=True),
        ),
        ops.AddField(
            model_name="Publication",
            name="via",
            field=fields.CharField(default="release", db_default="release", max_length=20),
        ),
        ops.AddField(
            model_name="Publication",
            name="why",
            field=fields.TextField(null=True, unique=False),
        ),
        ops.AddField(
            model_name="ServiceMonth",
            name="appeals_until",
            field=fields.DatetimeField(null=True, **_MOMENT),
        ),
        ops.AddField(
            model_name="ServiceMonth",
            name="ceremony_at",
            field=fields.DatetimeField(null=True, **_MOMENT),
        ),
        ops.AddField(
            model_name="ServiceMonth",
            name="cut_off_at",
            field=fields.DatetimeField(null=True, **_MOMENT),
        ),
        ops.AddField(
            model_name="ServiceMonth",
            name="embargo_until",
            field=fields.DatetimeField(null=True, **_MOMENT),
        ),
        ops.AddField(
            model_name="ServiceMonth",
            name="freeze_at",
            field=fields.DatetimeField(null=True, **_MOMENT),
        ),
        ops.AddField(
            model_name="ServiceMonth",
            name="notice_days",
            field=fields.SmallIntField(default=3, db_default=3),
        ),
        ops.AddField(
            model_name="ServiceMonth",
            name="proposed_announcement_at",
            field=fields.DatetimeField(null=True, **_MOMENT),
        ),
        ops.AddField(
            model_name="ServiceMonth",
            name="proposed_announcement_by",
            field=fields.IntField(null=True),
        ),
        *(ops.RunSQL(sql) for sql in (FILLED, CHECKS, VIEW, STONE, VERSIONS)),
    ]
