"""Tables of what stands beside the rules: units left out of a month."""

from tortoise import fields
from tortoise.indexes import Index
from tortoise.models import Model


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
    change_set_id = fields.IntField(null=True)
    lifted_by_change = fields.IntField(null=True)
    restores = fields.IntField(null=True)
    """The entry that was lifted and stands again with this one."""

    class Meta:
        table = "exclusion"
        indexes = (Index(fields=("month", "unit_id")),)
