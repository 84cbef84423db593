"""Tables of rules on their way: proposals of versions, and what a draft would have done to past months."""

from tortoise import fields
from tortoise.models import Model


class RuleProposal(Model):
    """A draft put before a second person, as it was at that moment, with the month from which it is to hold."""

    id = fields.IntField(primary_key=True)
    draft_id = fields.IntField(null=True)
    name = fields.CharField(120)
    text = fields.TextField()
    fingerprint = fields.CharField(64)
    month = fields.IntField()
    why = fields.TextField()
    proposed_at = fields.DatetimeField()
    proposed_by = fields.IntField()
    decision = fields.CharField(10, null=True)
    decided_at = fields.DatetimeField(null=True)
    decided_by = fields.IntField(null=True)
    reason = fields.TextField(null=True)
    rule_book_id = fields.IntField(null=True)

    class Meta:
        table = "rule_proposal"


class Simulation(Model):
    """What a draft would have done to past months: asked, worked on in the background, kept as a report (JSON)."""

    id = fields.IntField(primary_key=True)
    draft_id = fields.IntField(null=True)
    revision = fields.IntField()
    name = fields.CharField(120)
    text = fields.TextField()
    base_id = fields.IntField()
    months = fields.TextField()
    asked_at = fields.DatetimeField()
    asked_by = fields.IntField(null=True)
    started_at = fields.DatetimeField(null=True)
    done = fields.IntField(default=0, db_default=0)
    steps = fields.IntField()
    finished_at = fields.DatetimeField(null=True)
    cancelled_at = fields.DatetimeField(null=True)
    failure = fields.TextField(null=True)
    result = fields.TextField(null=True)

    class Meta:
        table = "simulation"
