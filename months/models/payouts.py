"""The table of payout lists."""

from tortoise import fields
from tortoise.models import Model


class PayoutList(Model):
    """What of a month's rewards is paid: proposed by one, approved by another, then immutable."""

    id = fields.IntField(primary_key=True)
    month = fields.IntField()
    number = fields.SmallIntField()
    lines = fields.TextField()
    digest = fields.CharField(64)
    proposed_at = fields.DatetimeField()
    proposed_by = fields.IntField()
    withdrawn_at = fields.DatetimeField(null=True)
    approved_at = fields.DatetimeField(null=True)
    approved_by = fields.IntField(null=True)

    class Meta:
        table = "payout_list"
        unique_together = (("month", "number"),)
