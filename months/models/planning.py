"""Tables of plans: what a month is to be, in versions, and the records of its activities."""

from tortoise import fields
from tortoise.indexes import Index
from tortoise.models import Model


class MonthPlan(Model):
    """One version of a month's plan; a draft until it holds, immutable from then on."""

    id = fields.IntField(primary_key=True)
    month = fields.IntField()
    version = fields.SmallIntField()
    revision = fields.IntField(default=1, db_default=1)
    body = fields.TextField()
    made_at = fields.DatetimeField()
    made_by = fields.IntField(null=True)
    changed_at = fields.DatetimeField()
    changed_by = fields.IntField(null=True)
    notice_zh = fields.TextField(null=True)
    notice_en = fields.TextField(null=True)
    proposed_at = fields.DatetimeField(null=True)
    proposed_by = fields.IntField(null=True)
    holds_since = fields.DatetimeField(null=True)
    approved_by = fields.IntField(null=True)
    rule_book_id = fields.IntField(null=True)

    class Meta:
        table = "month_plan"
        unique_together = (("month", "version"),)


class ActivityRecord(Model):
    """So many times a unit did what an activity of a month asks for, with evidence; counts once somebody else finds it valid."""

    id = fields.IntField(primary_key=True)
    month = fields.IntField()
    activity = fields.CharField(48)
    unit_id = fields.IntField()
    on_day = fields.DateField()
    count = fields.SmallIntField()
    note = fields.TextField(default="", db_default="")
    evidence = fields.CharField(64, null=True)
    evidence_name = fields.CharField(200, null=True)
    state = fields.CharField(10, default="submitted", db_default="submitted")
    submitted_at = fields.DatetimeField()
    submitted_by = fields.IntField()
    checked_at = fields.DatetimeField(null=True)
    checked_by = fields.IntField(null=True)
    reason = fields.TextField(null=True)
    revoked_at = fields.DatetimeField(null=True)
    revoked_by = fields.IntField(null=True)
    revoked_why = fields.TextField(null=True)

    class Meta:
        table = "activity_record"
        indexes = (Index(fields=("month", "unit_id")),)
