"""Tables of rewards: who won what in which month, and who was named for what no rule decides."""

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


class AwardNaming(Model):
    """A unit that the organisers have named for an award by hand, by a change set; whether it wins is seen at the closing."""

    id = fields.IntField(primary_key=True)
    month = fields.IntField()
    award = fields.CharField(32)
    unit_id = fields.IntField()
    reason = fields.TextField()
    at = fields.DatetimeField()
    by = fields.IntField()
    change_set_id = fields.IntField()
    lifted_at = fields.DatetimeField(null=True)
    restores = fields.IntField(null=True)
    """The naming that was lifted and stands again with this one."""

    class Meta:
        table = "award_naming"
        indexes = (Index(fields=("month",)),)
