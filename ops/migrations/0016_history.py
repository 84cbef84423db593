"""The organisation and the rules as they were known at any moment, facts that do not count, and ends of intake."""

from typing import Any

from tortoise import fields, migrations
from tortoise.indexes import Index
from tortoise.migrations import operations as ops

from org.models import HISTORY_SQL

_KEY: dict[str, Any] = {"generated": True, "primary_key": True, "unique": True, "db_index": True}
_MOMENT: dict[str, Any] = {"auto_now": False, "auto_now_add": False}

CHECKS = """
ALTER TABLE fact_quarantine
  ADD CONSTRAINT fact_quarantine_times CHECK (lifted_at >= put_at),
  ADD CONSTRAINT fact_quarantine_unit FOREIGN KEY (unit_id) REFERENCES unit (id);
CREATE UNIQUE INDEX fact_quarantine_once ON fact_quarantine (kpi_id, unit_id, on_day, item) WHERE lifted_at IS NULL;
ALTER TABLE late_acceptance
  ADD CONSTRAINT late_acceptance_month CHECK (month BETWEEN 200001 AND 209912 AND month % 100 BETWEEN 1 AND 12),
  ADD CONSTRAINT late_acceptance_times CHECK (lifted_at >= at),
  ADD CONSTRAINT late_acceptance_batch FOREIGN KEY (batch_id) REFERENCES import_batch (id);
CREATE UNIQUE INDEX late_acceptance_once ON late_acceptance (month, batch_id) WHERE lifted_at IS NULL;
ALTER TABLE month_rules
  ADD CONSTRAINT month_rules_month CHECK (month BETWEEN 200001 AND 209912 AND month % 100 BETWEEN 1 AND 12),
  ADD CONSTRAINT month_rules_book FOREIGN KEY (rule_book_id) REFERENCES rule_book (id);
ALTER TABLE kpi_cut_off
  ADD CONSTRAINT kpi_cut_off_month CHECK (month BETWEEN 200001 AND 209912 AND month % 100 BETWEEN 1 AND 12);
ALTER TABLE branch_closing
  ADD CONSTRAINT branch_closing_month CHECK (month BETWEEN 200001 AND 209912 AND month % 100 BETWEEN 1 AND 12),
  ADD CONSTRAINT branch_closing_two_people CHECK (approved_by <> by),
  ADD CONSTRAINT branch_closing_times CHECK (lifted_at >= closed_at),
  ADD CONSTRAINT branch_closing_unit FOREIGN KEY (unit_id) REFERENCES unit (id);
CREATE UNIQUE INDEX branch_closing_once ON branch_closing (month, unit_id) WHERE lifted_at IS NULL;
"""

IN_STONE = "".join(
    f"CREATE TRIGGER {table}_in_stone BEFORE UPDATE OR DELETE OR TRUNCATE ON {table}\n"
    "  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();\n"
    for table in ("unit_version", "membership_version", "month_rules", "kpi_cut_off")
) + "".join(
    f"CREATE TRIGGER {table}_never_removed BEFORE DELETE OR TRUNCATE ON {table}\n"
    "  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();\n"
    for table in ("fact_quarantine", "late_acceptance", "branch_closing", "organisation_moment")
)

# The counting trigger of the same statement fires first (by name) and holds the counter until the transaction ends, so
# that the number read here is that of this very change. Columns added to a table later are added to its versions too.
KEEP = """
CREATE FUNCTION keep_organisation() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE revision bigint := (SELECT number FROM organisation_revision);
BEGIN
  EXECUTE format('INSERT INTO %I SELECT $1, $2, t.* FROM touched t', TG_TABLE_NAME || '_version')
    USING revision, TG_OP = 'DELETE';
  INSERT INTO organisation_moment (number) VALUES (revision) ON CONFLICT DO NOTHING;
  RETURN NULL;
END $$;
CREATE FUNCTION refuse_other_moment() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'the moment of revision % is known', OLD.number USING ERRCODE = 'SF001', TABLE = TG_TABLE_NAME;
END $$;
CREATE TRIGGER organisation_moment_once BEFORE UPDATE ON organisation_moment
  FOR EACH ROW WHEN (OLD.at IS NOT NULL) EXECUTE FUNCTION refuse_other_moment();
"""
EVENTS = (("INSERT", "NEW"), ("UPDATE", "NEW"), ("DELETE", "OLD"))
KEPT = "".join(
    f"CREATE TRIGGER {table}_kept_{event.lower()} AFTER {event} ON {table} REFERENCING {side} TABLE AS touched\n"
    "  FOR EACH STATEMENT EXECUTE FUNCTION keep_organisation();\n"
    for table in ("unit", "membership")
    for event, side in EVENTS
)

# History begins with what is there: it counts as known from the beginning.
BEGIN = """
INSERT INTO unit_version SELECT r.number, false, u.* FROM unit u, organisation_revision r;
INSERT INTO membership_version SELECT r.number, false, m.* FROM membership m, organisation_revision r;
INSERT INTO organisation_moment (number) SELECT number FROM organisation_revision;
INSERT INTO month_rules (month, rule_book_id, theme, since_at)
SELECT month, rule_book_id, theme, planned_at FROM service_month ORDER BY month;
"""


def _model(name: str, table: str, columns: list[tuple[str, Any]], about: str, indexes: list[str]) -> ops.CreateModel:
    options = {
        "table": table,
        "app": "shifen",
        "pk_attr": "id",
        "indexes": [Index(fields=[field]) for field in indexes],
        "table_description": about,
    }
    return ops.CreateModel(
        name=name, fields=[("id", fields.IntField(**_KEY)), *columns], options=options, bases=["Model"]
    )


class Migration(migrations.Migration):
    dependencies = [("shifen", "0015_changes")]

    operations = [
        _model(
            "FactQuarantine",
            "fact_quarantine",
            [
                ("kpi_id", fields.SmallIntField()),
                ("unit_id", fields.IntField()),
                ("on_day", fields.DateField()),
                ("item", fields.SmallIntField(default=0, db_default=0)),
                ("change_set_id", fields.IntField(null=True)),
                ("put_at", fields.DatetimeField(**_MOMENT)),
                ("lifted_at", fields.DatetimeField(null=True, **_MOMENT)),
            ],
            "A fact set aside by a change set: all its revisions stay stored and none counts until it is lifted.",
            ["on_day", "change_set_id"],
        ),
        _model(
            "LateAcceptance",
            "late_acceptance",
            [
                ("month", fields.IntField()),
                ("batch_id", fields.IntField()),
                ("change_set_id", fields.IntField(null=True)),
                ("at", fields.DatetimeField(**_MOMENT)),
                ("lifted_at", fields.DatetimeField(null=True, **_MOMENT)),
            ],
            "A batch that came after the cut-off of a month and counts for it all the same, by a change set.",
            ["month", "change_set_id"],
        ),
        _model(
            "MonthRules",
            "month_rules",
            [
                ("month", fields.IntField()),
                ("rule_book_id", fields.IntField()),
                ("theme", fields.CharField(max_length=24)),
                ("since_at", fields.DatetimeField(**_MOMENT)),
            ],
            "From an instant on a month has this rule book and theme; the last row before an instant held then.",
            ["month"],
        ),
        _model(
            "KpiCutOff",
            "kpi_cut_off",
            [
                ("month", fields.IntField()),
                ("kpi_id", fields.SmallIntField()),
                ("at", fields.DatetimeField(**_MOMENT)),
                ("since_at", fields.DatetimeField(null=True, **_MOMENT)),
            ],
            "Until when facts of a KPI are taken in for a month, where that is not the month's own cut-off; the last row holds.",
            ["month"],
        ),
        _model(
            "BranchClosing",
            "branch_closing",
            [
                ("month", fields.IntField()),
                ("unit_id", fields.IntField()),
                ("closed_at", fields.DatetimeField(**_MOMENT)),
                ("by", fields.IntField()),
                ("approved_by", fields.IntField(null=True)),
                ("through_batch", fields.IntField()),
                ("lifted_at", fields.DatetimeField(null=True, **_MOMENT)),
            ],
            "A unit and all beneath it closed before the rest of the month: facts of batches after the last one counted do not count.",
            ["month"],
        ),
        *(ops.RunSQL(sql) for sql in (HISTORY_SQL, CHECKS, BEGIN, IN_STONE, KEEP, KEPT)),
    ]
