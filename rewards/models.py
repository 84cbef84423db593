"""Tables of rewards: who won what in which month."""

from tortoise import fields
from tortoise.indexes import Index
from tortoise.models import Model


class AwardGrant(Model):
    """One award given to one unit at the closing of a month, with the fact behind it."""

    id = fields.IntField(primary_key=True)
    month = fields.IntField()
    snapshot_id = fields.IntField()
    award = fields.CharField(32)
    unit_id = fields.IntField()
    peer_group = fields.CharField(32)
    place = fields.IntField()
    value = fields.CharField(32)
    reason = fields.TextField()

    class Meta:
        table = "award_grant"
        indexes = (Index(fields=("month", "award")), Index(fields=("unit_id",)))
