"""Drafts of rule books, their publication by two people, and the month from which a version holds."""

from typing import Any

from tortoise import fields, migrations
from tortoise.migrations import operations as ops

_KEY: dict[str, Any] = {"generated": True, "primary_key": True, "unique": True, "db_index": True}
_MOMENT: dict[str, Any] = {"auto_now": False, "auto_now_add": False}
_OPTIONS = {"app": "shifen", "pk_attr": "id"}

CHECKS = """
ALTER TABLE rule_draft
  ADD CONSTRAINT rule_draft_revision CHECK (revision >= 1),
  ADD CONSTRAINT rule_draft_base FOREIGN KEY (base_id) REFERENCES rule_book (id);
CREATE INDEX rule_draft_recent ON rule_draft (saved_at DESC) WHERE discarded_at IS NULL;
ALTER TABLE rule_proposal
  ADD CONSTRAINT rule_proposal_month CHECK (month BETWEEN 200001 AND 209912 AND month % 100 BETWEEN 1 AND 12),
  ADD CONSTRAINT rule_proposal_two_people CHECK (decision IS DISTINCT FROM 'approved' OR decided_by <> proposed_by),
  ADD CONSTRAINT rule_proposal_decision CHECK (decision IN ('approved', 'rejected', 'withdrawn')),
  ADD CONSTRAINT rule_proposal_decided_whole CHECK (
    (decision IS NULL) = (decided_at IS NULL) AND (decision IS NULL) = (decided_by IS NULL)
    AND (decision IS NOT DISTINCT FROM 'approved') = (rule_book_id IS NOT NULL)),
  ADD CONSTRAINT rule_proposal_draft FOREIGN KEY (draft_id) REFERENCES rule_draft (id),
  ADD CONSTRAINT rule_proposal_book FOREIGN KEY (rule_book_id) REFERENCES rule_book (id),
  ADD CONSTRAINT rule_proposal_proposer FOREIGN KEY (proposed_by) REFERENCES account (id),
  ADD CONSTRAINT rule_proposal_decider FOREIGN KEY (decided_by) REFERENCES account (id);
CREATE UNIQUE INDEX rule_proposal_one_open ON rule_proposal (month) WHERE decision IS NULL;
ALTER TABLE rule_effect
  ADD CONSTRAINT rule_effect_month CHECK (month = 0 OR (month BETWEEN 200001 AND 209912 AND month % 100 BETWEEN 1 AND 12)),
  ADD CONSTRAINT rule_effect_book FOREIGN KEY (rule_book_id) REFERENCES rule_book (id),
  ADD CONSTRAINT rule_effect_proposal FOREIGN KEY (proposal_id) REFERENCES rule_proposal (id);
CREATE INDEX rule_effect_latest ON rule_effect (month DESC, id DESC);
"""

# Versions stored before there were proposals hold from ever, the newest first, as they did.
KNOWN = "INSERT INTO rule_effect (month, rule_book_id, at) SELECT 0, id, created_at FROM rule_book ORDER BY version;"

STONE = """
CREATE TRIGGER rule_effect_in_stone BEFORE UPDATE OR DELETE OR TRUNCATE ON rule_effect
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE FUNCTION refuse_decided_proposal() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'proposal % is decided', OLD.id USING ERRCODE = 'SF001', TABLE = TG_TABLE_NAME;
END $$;
CREATE TRIGGER rule_proposal_decided BEFORE UPDATE OR DELETE ON rule_proposal
  FOR EACH ROW WHEN (OLD.decision IS NOT NULL) EXECUTE FUNCTION refuse_decided_proposal();
"""


class Migration(migrations.Migration):
    dependencies = [("shifen", "0004_losses")]

    operations = [
        ops.CreateModel(
            name="RuleDraft",
            fields=[
                ("id", fields.IntField(**_KEY)),
                ("name", fields.CharField(max_length=120)),
                ("text", fields.TextField(unique=False)),
                ("base_id", fields.IntField(null=True)),
                ("owner_id", fields.IntField(null=True)),
                ("revision", fields.IntField()),
                ("created_at", fields.DatetimeField(**_MOMENT)),
                ("saved_at", fields.DatetimeField(**_MOMENT)),
                ("saved_by", fields.IntField(null=True)),
                ("discarded_at", fields.DatetimeField(null=True, **_MOMENT)),
            ],
            options={
                **_OPTIONS,
                "table": "rule_draft",
                "table_description": "Rules in the making: text that need not parse yet; `revision` rises with every saving, `base_id` is the version it began from.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="RuleProposal",
            fields=[
                ("id", fields.IntField(**_KEY)),
                ("draft_id", fields.IntField(null=True)),
                ("name", fields.CharField(max_length=120)),
                ("text", fields.TextField(unique=False)),
                ("fingerprint", fields.CharField(max_length=64)),
                ("month", fields.IntField()),
                ("why", fields.TextField(unique=False)),
                ("proposed_at", fields.DatetimeField(**_MOMENT)),
                ("proposed_by", fields.IntField()),
                ("decision", fields.CharField(null=True, max_length=10)),
                ("decided_at", fields.DatetimeField(null=True, **_MOMENT)),
                ("decided_by", fields.IntField(null=True)),
                ("reason", fields.TextField(null=True, unique=False)),
                ("rule_book_id", fields.IntField(null=True)),
            ],
            options={
                **_OPTIONS,
                "table": "rule_proposal",
                "table_description": "A draft put before a second person, as it was at that moment, with the month from which it is to hold.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="RuleEffect",
            fields=[
                ("id", fields.IntField(**_KEY)),
                ("month", fields.IntField()),
                ("rule_book_id", fields.IntField()),
                ("proposal_id", fields.IntField(null=True)),
                ("at", fields.DatetimeField(**_MOMENT)),
            ],
            options={
                **_OPTIONS,
                "table": "rule_effect",
                "table_description": "From which month a version holds for months that name none: the last row of the latest month decides; 0 is from ever.",
            },
            bases=["Model"],
        ),
        *(ops.RunSQL(sql) for sql in (CHECKS, KNOWN, STONE)),
    ]
