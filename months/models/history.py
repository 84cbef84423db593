"""Tables of what held when: the rules of a month, the ends of intake, branches closed before the others."""

from tortoise import fields
from tortoise.models import Model


class MonthRules(Model):
    """From an instant on a month has this rule book and theme; the last row before an instant held then."""

    id = fields.IntField(primary_key=True)
    month = fields.IntField()
    rule_book_id = fields.IntField()
    theme = fields.CharField(24)
    since_at = fields.DatetimeField()

    class Meta:
        table = "month_rules"
        indexes = (("month",),)


class KpiCutOff(Model):
    """Until when facts of a KPI are taken in for a month, where that is not the month's own cut-off; the last row holds."""

    id = fields.IntField(primary_key=True)
    month = fields.IntField()
    kpi_id = fields.SmallIntField()
    at = fields.DatetimeField()
    since_at = fields.DatetimeField(null=True)

    class Meta:
        table = "kpi_cut_off"
        indexes = (("month",),)


class BranchClosing(Model):
    """A unit and all beneath it closed before the rest of the month: facts of batches after the last one counted do not count."""

    id = fields.IntField(primary_key=True)
    month = fields.IntField()
    unit_id = fields.IntField()
    closed_at = fields.DatetimeField()
    by = fields.IntField()
    approved_by = fields.IntField(null=True)
    through_batch = fields.IntField()
    lifted_at = fields.DatetimeField(null=True)

    class Meta:
        table = "branch_closing"
        indexes = (("month",),)
