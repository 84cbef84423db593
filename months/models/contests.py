"""Tables of the contests inside a month: what was announced, and what each round came to."""

from tortoise import fields
from tortoise.indexes import Index
from tortoise.models import Model


class Contest(Model):
    """A contest of one month: `spec` says who meets whom by which rule (JSON); announced by somebody who did not make it."""

    id = fields.IntField(primary_key=True)
    month = fields.IntField()
    kind = fields.CharField(16)
    name_zh = fields.CharField(60)
    name_en = fields.CharField(80)
    stake_zh = fields.CharField(200, null=True)
    stake_en = fields.CharField(200, null=True)
    spec = fields.TextField()
    rounds = fields.SmallIntField()
    made_at = fields.DatetimeField()
    made_by = fields.IntField()
    announced_at = fields.DatetimeField(null=True)
    announced_by = fields.IntField(null=True)
    cancelled_at = fields.DatetimeField(null=True)
    cancelled_by = fields.IntField(null=True)
    cancelled_why = fields.TextField(null=True)

    class Meta:
        table = "contest"
        indexes = (Index(fields=("month",)),)


class ContestRound(Model):
    """One round as it was settled, once: by the points known at `known_at`; `hidden` are the units that boards do not name."""

    id = fields.IntField(primary_key=True)
    contest_id = fields.IntField()
    number = fields.SmallIntField()
    known_at = fields.DatetimeField()
    at = fields.DatetimeField()
    result = fields.TextField()
    hidden = fields.TextField(default="{}", db_default="{}")

    class Meta:
        table = "contest_round"
        unique_together = (("contest_id", "number"),)


class ContestNotice(Model):
    """A stage of a contest that was told to those who take part: start, half, or a settled round."""

    id = fields.IntField(primary_key=True)
    contest_id = fields.IntField()
    stage = fields.CharField(16)
    at = fields.DatetimeField()

    class Meta:
        table = "contest_notice"
        unique_together = (("contest_id", "stage"),)
