"""Tables of appeals: the dispute of one line, its files, and what happened to it when."""

from tortoise import fields
from tortoise.indexes import Index
from tortoise.models import Model


class Appeal(Model):
    """A unit's dispute of one line of its card, once for each unit, KPI and month; `due_at` is the next answer's."""

    id = fields.IntField(primary_key=True)
    month = fields.IntField()
    unit_id = fields.IntField()
    kpi = fields.CharField(32)
    ground = fields.CharField(16)
    claimed = fields.TextField()
    told = fields.TextField()
    recorded = fields.TextField()
    state = fields.CharField(16, default="submitted", db_default="submitted")
    route = fields.CharField(16)
    filed_at = fields.DatetimeField()
    filed_by = fields.IntField()
    due_at = fields.DatetimeField()
    escalated_at = fields.DatetimeField(null=True)
    answered_at = fields.DatetimeField(null=True)
    decided_at = fields.DatetimeField(null=True)
    decided_by = fields.IntField(null=True)
    reason = fields.TextField(null=True)
    change_set_id = fields.IntField(null=True)
    notified_at = fields.DatetimeField(null=True)

    class Meta:
        table = "appeal"
        unique_together = (("unit_id", "kpi", "month"),)
        indexes = (Index(fields=("month", "state")),)


class AppealFile(Model):
    """A file that belongs to an appeal; files are added, never replaced."""

    id = fields.IntField(primary_key=True)
    appeal_id = fields.IntField()
    sha256 = fields.CharField(64)
    filename = fields.CharField(120)
    media_type = fields.CharField(80)
    size = fields.IntField()
    at = fields.DatetimeField()
    by = fields.IntField()

    class Meta:
        table = "appeal_file"
        unique_together = (("appeal_id", "sha256"),)


class AppealStep(Model):
    """One thing that happened to an appeal; by nobody where the time alone brought it about."""

    id = fields.IntField(primary_key=True)
    appeal_id = fields.IntField()
    step = fields.CharField(16)
    at = fields.DatetimeField()
    by = fields.IntField(null=True)
    note = fields.TextField(null=True)

    class Meta:
        table = "appeal_step"
        indexes = (Index(fields=("appeal_id",)),)


class AppealVerdict(Model):
    """A decision that waits for a second look, since an award or a red line is at stake, and what came of it."""

    id = fields.IntField(primary_key=True)
    appeal_id = fields.IntField()
    decision = fields.CharField(16)
    reason = fields.TextField()
    kind = fields.CharField(16)
    change = fields.TextField(null=True)
    stake = fields.CharField(16)
    by = fields.IntField()
    at = fields.DatetimeField()
    seen_by = fields.IntField(null=True)
    seen_at = fields.DatetimeField(null=True)
    agrees = fields.BooleanField(null=True)
    seen_note = fields.TextField(null=True)

    class Meta:
        table = "appeal_verdict"
        indexes = (Index(fields=("appeal_id",)),)


class RedLineSuspension(Model):
    """A red line of a unit that has no effect while an appeal about it is open."""

    id = fields.IntField(primary_key=True)
    appeal_id = fields.IntField()
    unit_id = fields.IntField()
    month = fields.IntField()
    code = fields.CharField(32)
    since_at = fields.DatetimeField()
    until_at = fields.DatetimeField(null=True)

    class Meta:
        table = "red_line_suspension"
        indexes = (Index(fields=("month", "unit_id")),)
