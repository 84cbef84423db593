"""Tables of change sets: what is to change, whom it moves, who was heard; and restatements of published months."""

from tortoise import fields
from tortoise.indexes import Index
from tortoise.models import Model


class ChangeSet(Model):
    """One change that can move a result: made by one person, previewed, applied or cancelled whole by another."""

    id = fields.IntField(primary_key=True)
    month = fields.IntField()
    kind = fields.CharField(16)
    title = fields.CharField(160)
    payload = fields.TextField()
    why = fields.TextField()
    made_at = fields.DatetimeField()
    made_by = fields.IntField()
    state = fields.CharField(10, default="open", db_default="open")
    asked_at = fields.DatetimeField(null=True)
    done = fields.SmallIntField(default=0, db_default=0)
    previewed_at = fields.DatetimeField(null=True)
    preview = fields.TextField(null=True)
    preview_digest = fields.CharField(64, null=True)
    failure = fields.TextField(null=True)
    applied_at = fields.DatetimeField(null=True)
    applied_by = fields.IntField(null=True)
    effects = fields.TextField(null=True)
    snapshot_before = fields.IntField(null=True)
    snapshot_after = fields.IntField(null=True)
    cancelled_at = fields.DatetimeField(null=True)
    cancelled_by = fields.IntField(null=True)
    cancelled_why = fields.TextField(null=True)

    class Meta:
        table = "change_set"
        indexes = (Index(fields=("month", "state")),)


class ChangeHearing(Model):
    """A unit that a change costs an award: told, and heard until an instant."""

    id = fields.IntField(primary_key=True)
    change_set_id = fields.IntField()
    unit_id = fields.IntField()
    told_at = fields.DatetimeField()
    until = fields.DatetimeField()
    answered_at = fields.DatetimeField(null=True)
    answered_by = fields.IntField(null=True)
    agrees = fields.BooleanField(null=True)
    answer = fields.TextField(null=True)

    class Meta:
        table = "change_hearing"
        unique_together = (("change_set_id", "unit_id"),)


class Restatement(Model):
    """A later version of a published month beside the old one: its own snapshot, a public note, what went forward."""

    id = fields.IntField(primary_key=True)
    month = fields.IntField()
    version = fields.IntField()
    change_set_id = fields.IntField()
    snapshot_id = fields.IntField()
    digest = fields.CharField(64)
    header = fields.TextField()
    note_zh = fields.TextField()
    note_en = fields.TextField()
    difference = fields.TextField()
    posted_in = fields.IntField(null=True)
    at = fields.DatetimeField()
    by = fields.IntField()
    approved_by = fields.IntField()

    class Meta:
        table = "restatement"
        unique_together = (("month", "version"),)
