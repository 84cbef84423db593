"""Tables of watching: sign-offs of completeness, findings about odd facts, scans, and checks of seals."""

from tortoise import fields
from tortoise.indexes import Index
from tortoise.models import Model


class SignOff(Model):
    """That the facts of one process are complete for a month, or that what lacks is waived with a reason; one holds at a time."""

    id = fields.IntField(primary_key=True)
    month = fields.IntField()
    process = fields.CharField(24)
    decision = fields.CharField(8)
    why = fields.TextField(null=True)
    at = fields.DatetimeField()
    by = fields.IntField()
    withdrawn_at = fields.DatetimeField(null=True)
    withdrawn_by = fields.IntField(null=True)

    class Meta:
        table = "sign_off"
        indexes = (Index(fields=("month", "process")),)


class Finding(Model):
    """Something odd in the facts of one unit and KPI, told once; `on_day` is its day, or the month's first day."""

    id = fields.IntField(primary_key=True)
    month = fields.IntField()
    kind = fields.CharField(16)
    unit_id = fields.IntField()
    kpi_id = fields.SmallIntField()
    on_day = fields.DateField()
    strength = fields.IntField()
    detail = fields.TextField()
    found_at = fields.DatetimeField()
    looked_at = fields.DatetimeField(null=True)
    looked_by = fields.IntField(null=True)
    verdict = fields.CharField(12, null=True)
    why = fields.TextField(null=True)
    change_id = fields.IntField(null=True)

    class Meta:
        table = "finding"
        unique_together = (("month", "kind", "unit_id", "kpi_id", "on_day"),)


class WatchRun(Model):
    """The last scan of a month for odd facts: which fold of its facts it saw, so that nothing is looked at twice."""

    month = fields.IntField(primary_key=True, generated=False)
    fold = fields.IntField()
    at = fields.DatetimeField()
    units = fields.IntField()
    found = fields.IntField()

    class Meta:
        table = "watch_run"


class Verification(Model):
    """One check of a sealed version against the stored facts; `found` is the report as JSON."""

    id = fields.IntField(primary_key=True)
    month = fields.IntField()
    version = fields.SmallIntField()
    digest = fields.CharField(64)
    at = fields.DatetimeField()
    by = fields.IntField(null=True)
    equal = fields.BooleanField()
    found = fields.TextField()

    class Meta:
        table = "verification"
        indexes = (Index(fields=("month", "version")),)
