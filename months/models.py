"""Tables of the service month: the month itself, its closing and publication, proposed rules, and what a draft would have done to it."""

from tortoise import fields
from tortoise.indexes import Index
from tortoise.models import Model


class ServiceMonth(Model):
    """A themed month under one rule book; its state follows from what is recorded about it."""

    id = fields.IntField(primary_key=True)
    month = fields.IntField(unique=True)
    theme = fields.CharField(24)
    rule_book_id = fields.IntField()
    planned_at = fields.DatetimeField()
    planned_by = fields.IntField(null=True)
    announced_at = fields.DatetimeField(null=True)
    announced_by = fields.IntField(null=True)
    cancelled_at = fields.DatetimeField(null=True)
    cancelled_why = fields.TextField(null=True)

    class Meta:
        table = "service_month"


class Closing(Model):
    """A proposal to close a month, its approval by a second person, and the seal; `header` is the sealed part kept nowhere else."""

    id = fields.IntField(primary_key=True)
    month = fields.IntField()
    proposed_at = fields.DatetimeField()
    proposed_by = fields.IntField()
    waivers = fields.TextField(default="[]", db_default="[]")
    why = fields.TextField(null=True)
    withdrawn_at = fields.DatetimeField(null=True)
    approved_at = fields.DatetimeField(null=True)
    approved_by = fields.IntField(null=True)
    snapshot_id = fields.IntField(null=True)
    digest = fields.CharField(64, null=True)
    header = fields.TextField(null=True)

    class Meta:
        table = "closing"


class Publication(Model):
    """The moment at which a closed month became public."""

    id = fields.IntField(primary_key=True)
    month = fields.IntField(unique=True)
    at = fields.DatetimeField()
    by = fields.IntField()

    class Meta:
        table = "publication"


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


class Exclusion(Model):
    """A unit left out of the award or of the statistics of a month, or of both; it counts once a second person agrees."""

    id = fields.IntField(primary_key=True)
    month = fields.IntField()
    unit_id = fields.IntField()
    what = fields.CharField(10)
    reason = fields.TextField()
    proposed_at = fields.DatetimeField()
    proposed_by = fields.IntField()
    decision = fields.CharField(10, null=True)
    decided_at = fields.DatetimeField(null=True)
    decided_by = fields.IntField(null=True)
    lifted_at = fields.DatetimeField(null=True)
    lifted_by = fields.IntField(null=True)
    lifted_why = fields.TextField(null=True)

    class Meta:
        table = "exclusion"
        indexes = (Index(fields=("month", "unit_id")),)
