"""Tables of a month's life: the month itself, its closings, its publication."""

from tortoise import fields
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
