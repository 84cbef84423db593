"""What the mapper cannot express: bulk tables, checks, spans that may not overlap, and rows that are set in stone."""

from tortoise import migrations
from tortoise.migrations import operations as ops

from leaderboards.models import STANDING_SQL
from scoring.models import FACT_SQL, MONTH_MATRIX_SQL

NO_OVERLAP = """
ALTER TABLE membership ADD CONSTRAINT membership_line_once EXCLUDE USING gist (
  int8range(unit_id::bigint, unit_id::bigint, '[]') WITH &&, daterange(starts_on, ends_on) WITH &&
) WHERE (relation = 'line');
ALTER TABLE membership ADD CONSTRAINT membership_employer_once EXCLUDE USING gist (
  int8range(unit_id::bigint, unit_id::bigint, '[]') WITH &&, daterange(starts_on, ends_on) WITH &&
) WHERE (relation = 'employer');
CREATE UNIQUE INDEX closing_one_open ON closing (month) WHERE withdrawn_at IS NULL;
CREATE UNIQUE INDEX outbox_note_pending ON outbox_note (dedup_key) WHERE done_at IS NULL AND lease_until IS NULL;
CREATE INDEX outbox_note_open ON outbox_note (run_after) WHERE done_at IS NULL;
"""

CHECKS = """
ALTER TABLE unit
  ADD CONSTRAINT unit_code_form CHECK (code ~ '^[A-Za-z0-9][A-Za-z0-9._-]*$'),
  ADD CONSTRAINT unit_kind_form CHECK (kind ~ '^[a-z][a-z0-9_]*$'),
  ADD CONSTRAINT unit_star_range CHECK (star BETWEEN 1 AND 6),
  ADD CONSTRAINT unit_exposure_range CHECK (customers >= 0 AND traffic >= 0),
  ADD CONSTRAINT unit_days CHECK (closed_on > opened_on);
ALTER TABLE membership
  ADD CONSTRAINT membership_relation_known CHECK (relation IN ('line', 'employer')),
  ADD CONSTRAINT membership_other_unit CHECK (unit_id <> parent_id),
  ADD CONSTRAINT membership_days CHECK (ends_on > starts_on);
ALTER TABLE organisation_revision ADD CONSTRAINT organisation_revision_single CHECK (id = 1);
INSERT INTO organisation_revision (id, number) VALUES (1, 0);
ALTER TABLE account
  ADD CONSTRAINT account_username_form CHECK (username ~ '^[a-z0-9][a-z0-9._-]{1,63}$'),
  ADD CONSTRAINT account_language_known CHECK (language IN ('zh', 'en')),
  ADD CONSTRAINT account_theme_known CHECK (theme IN ('auto', 'light', 'dark'));
ALTER TABLE role_grant
  ADD CONSTRAINT role_grant_role_known CHECK (role IN (
    'clerk', 'store_manager', 'service_monitor', 'service_supervisor', 'branch_manager', 'department_head',
    'organiser', 'hr', 'finance', 'award_host', 'auditor', 'administrator')),
  ADD CONSTRAINT role_grant_days CHECK (ends_on > starts_on);
ALTER TABLE session
  ADD CONSTRAINT session_id_form CHECK (id ~ '^[0-9a-f]{64}$'),
  ADD CONSTRAINT session_times CHECK (expires_at > created_at);
ALTER TABLE api_token
  ADD CONSTRAINT api_token_hash_form CHECK (secret_hash ~ '^[0-9a-f]{64}$'),
  ADD CONSTRAINT api_token_times CHECK (expires_at > created_at);
ALTER TABLE audit_entry ADD CONSTRAINT audit_entry_hash_form CHECK (hash ~ '^[0-9a-f]{64}$' AND previous_hash ~ '^[0-9a-f]{64}$');
ALTER TABLE import_batch
  ADD CONSTRAINT import_batch_counts CHECK (rows_read >= 0 AND rows_taken >= 0 AND rows_known >= 0 AND rows_refused >= 0);
ALTER TABLE adjustment ADD CONSTRAINT adjustment_month CHECK (month BETWEEN 200001 AND 209912 AND month % 100 BETWEEN 1 AND 12);
ALTER TABLE month_matrix ADD CONSTRAINT month_matrix_month CHECK (month BETWEEN 200001 AND 209912 AND month % 100 BETWEEN 1 AND 12);
ALTER TABLE snapshot
  ADD CONSTRAINT snapshot_month CHECK (month BETWEEN 200001 AND 209912 AND month % 100 BETWEEN 1 AND 12),
  ADD CONSTRAINT snapshot_sealed_digest CHECK (NOT sealed OR digest ~ '^[0-9a-f]{64}$');
ALTER TABLE service_month ADD CONSTRAINT service_month_month CHECK (month BETWEEN 200001 AND 209912 AND month % 100 BETWEEN 1 AND 12);
ALTER TABLE closing
  ADD CONSTRAINT closing_two_people CHECK (approved_by <> proposed_by),
  ADD CONSTRAINT closing_approved_whole CHECK (
    (approved_at IS NULL) = (approved_by IS NULL) AND (approved_at IS NULL OR (snapshot_id IS NOT NULL AND digest IS NOT NULL))),
  ADD CONSTRAINT closing_one_end CHECK (approved_at IS NULL OR withdrawn_at IS NULL);
ALTER TABLE coaching_step ADD CONSTRAINT coaching_step_number CHECK (number BETWEEN 1 AND 5);
"""

# Only where rows are few: the bulk tables are filled by COPY from numbers that were looked up in the same transaction.
REFERENCES = """
ALTER TABLE service_month ADD CONSTRAINT service_month_rule_book FOREIGN KEY (rule_book_id) REFERENCES rule_book (id);
ALTER TABLE snapshot ADD CONSTRAINT snapshot_rule_book FOREIGN KEY (rule_book_id) REFERENCES rule_book (id);
ALTER TABLE board_head ADD CONSTRAINT board_head_snapshot FOREIGN KEY (snapshot_id) REFERENCES snapshot (id);
ALTER TABLE closing
  ADD CONSTRAINT closing_snapshot FOREIGN KEY (snapshot_id) REFERENCES snapshot (id),
  ADD CONSTRAINT closing_month FOREIGN KEY (month) REFERENCES service_month (month),
  ADD CONSTRAINT closing_proposer FOREIGN KEY (proposed_by) REFERENCES account (id),
  ADD CONSTRAINT closing_approver FOREIGN KEY (approved_by) REFERENCES account (id);
ALTER TABLE publication ADD CONSTRAINT publication_month FOREIGN KEY (month) REFERENCES service_month (month);
ALTER TABLE award_grant
  ADD CONSTRAINT award_grant_unit FOREIGN KEY (unit_id) REFERENCES unit (id),
  ADD CONSTRAINT award_grant_snapshot FOREIGN KEY (snapshot_id) REFERENCES snapshot (id);
ALTER TABLE coaching_assignment ADD CONSTRAINT coaching_assignment_unit FOREIGN KEY (unit_id) REFERENCES unit (id);
ALTER TABLE adjustment ADD CONSTRAINT adjustment_unit FOREIGN KEY (unit_id) REFERENCES unit (id);
ALTER TABLE red_line_event ADD CONSTRAINT red_line_event_unit FOREIGN KEY (unit_id) REFERENCES unit (id);
"""

SET_IN_STONE = ("fact", "audit_entry", "import_batch", "batch_withdrawal", "rule_book", "award_grant", "publication")

REFUSE = """
CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'rows of % are never altered or removed', TG_TABLE_NAME USING ERRCODE = 'SF001', TABLE = TG_TABLE_NAME;
END $$;
"""


def _refusal(table: str, events: str, name: str) -> str:
    return f"CREATE TRIGGER {table}_{name} BEFORE {events} ON {table} FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();\n"


STONE = "".join(_refusal(table, "UPDATE OR DELETE OR TRUNCATE", "in_stone") for table in SET_IN_STONE)
NEVER_EMPTIED = "".join(
    _refusal(table, "TRUNCATE", "never_emptied") for table in ("snapshot", "standing", "closing", "service_month")
)

SEALED = """
CREATE FUNCTION refuse_sealed_snapshot() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'snapshot % is sealed', OLD.id USING ERRCODE = 'SF001', TABLE = TG_TABLE_NAME;
END $$;
CREATE TRIGGER snapshot_sealed BEFORE UPDATE OR DELETE ON snapshot
  FOR EACH ROW WHEN (OLD.sealed) EXECUTE FUNCTION refuse_sealed_snapshot();

CREATE FUNCTION refuse_sealed_standing() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT FROM snapshot WHERE sealed AND id IN (SELECT DISTINCT snapshot_id FROM touched)) THEN
    RAISE EXCEPTION 'standings of a sealed snapshot are never altered' USING ERRCODE = 'SF001', TABLE = TG_TABLE_NAME;
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER standing_sealed_insert AFTER INSERT ON standing REFERENCING NEW TABLE AS touched
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_sealed_standing();
CREATE TRIGGER standing_sealed_delete AFTER DELETE ON standing REFERENCING OLD TABLE AS touched
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_sealed_standing();
CREATE TRIGGER standing_never_updated BEFORE UPDATE ON standing FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE FUNCTION refuse_approved_closing() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'the closing of % was approved', OLD.month USING ERRCODE = 'SF001', TABLE = TG_TABLE_NAME;
END $$;
CREATE TRIGGER closing_approved BEFORE UPDATE OR DELETE ON closing
  FOR EACH ROW WHEN (OLD.approved_at IS NOT NULL) EXECUTE FUNCTION refuse_approved_closing();

CREATE FUNCTION refuse_closed_month() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT FROM closing WHERE month = OLD.month AND approved_at IS NOT NULL) THEN
    RAISE EXCEPTION 'month % is closed', OLD.month USING ERRCODE = 'SF001', TABLE = TG_TABLE_NAME;
  END IF;
  RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END $$;
CREATE TRIGGER service_month_closed BEFORE UPDATE OR DELETE ON service_month
  FOR EACH ROW EXECUTE FUNCTION refuse_closed_month();
"""

COUNTED = """
CREATE FUNCTION count_organisation_revision() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  UPDATE organisation_revision SET number = number + 1;
  RETURN NULL;
END $$;
""" + "".join(
    f"CREATE TRIGGER {table}_counted AFTER INSERT OR UPDATE OR DELETE ON {table} FOR EACH STATEMENT"
    " EXECUTE FUNCTION count_organisation_revision();\n"
    for table in ("unit", "membership", "role_grant")
)


class Migration(migrations.Migration):
    dependencies = [("shifen", "0001_tables")]

    operations = [
        ops.RunSQL(sql)
        for sql in (
            FACT_SQL,
            MONTH_MATRIX_SQL,
            STANDING_SQL,
            NO_OVERLAP,
            CHECKS,
            REFERENCES,
            REFUSE,
            STONE,
            NEVER_EMPTIED,
            SEALED,
            COUNTED,
        )
    ]
