"""Tables of a month's life: the month itself, its closings in versions, its release, embargo, publication and notice."""

from tortoise import fields
from tortoise.models import Model


class ServiceMonth(Model):
    """A themed month under one rule book; its state follows from what is recorded about it."""

    id = fields.IntField(primary_key=True)
    month = fields.IntField(unique=True)
    theme = fields.CharField(24)
    rule_book_id = fields.IntField()
    planned_at = fields.DatetimeField()
    planned_by = fields.IntField(null=True)
    proposed_announcement_at = fields.DatetimeField(null=True)
    proposed_announcement_by = fields.IntField(null=True)
    announced_at = fields.DatetimeField(null=True)
    announced_by = fields.IntField(null=True)
    cancelled_at = fields.DatetimeField(null=True)
    cancelled_why = fields.TextField(null=True)
    freeze_at = fields.DatetimeField(null=True)
    cut_off_at = fields.DatetimeField(null=True)
    appeals_until = fields.DatetimeField(null=True)
    ceremony_at = fields.DatetimeField(null=True)
    embargo_until = fields.DatetimeField(null=True)
    notice_days = fields.SmallIntField(default=3, db_default=3)

    class Meta:
        table = "service_month"


class Closing(Model):
    """A proposal to close a month, its approval by a second person, and the seal; `header` is the sealed part kept nowhere else.

    Approved ones are numbered by `version`; the view `closed_month` shows the one that holds.
    """

    id = fields.IntField(primary_key=True)
    month = fields.IntField()
    proposed_at = fields.DatetimeField()
    proposed_by = fields.IntField()
    waivers = fields.TextField(default="[]", db_default="[]")
    why = fields.TextField(null=True)
    withdrawn_at = fields.DatetimeField(null=True)
    approved_at = fields.DatetimeField(null=True)
    approved_by = fields.IntField(null=True)
    snapshot_id = fields.IntField(null=True)
    digest = fields.CharField(64, null=True)
    header = fields.TextField(null=True)
    version = fields.SmallIntField(null=True)

    class Meta:
        table = "closing"
        unique_together = (("month", "version"),)


class Reopening(Model):
    """An approved closing that holds no longer; its sealed snapshot stays as it is."""

    id = fields.IntField(primary_key=True)
    month = fields.IntField()
    closing_id = fields.IntField(unique=True)
    at = fields.DatetimeField()
    by = fields.IntField()
    why = fields.TextField()

    class Meta:
        table = "reopening"


class Release(Model):
    """The decision to publish a closing: at once, or after the ceremony."""

    id = fields.IntField(primary_key=True)
    month = fields.IntField()
    closing_id = fields.IntField(unique=True)
    at = fields.DatetimeField()
    by = fields.IntField()

    class Meta:
        table = "release"


class Revelation(Model):
    """An award, or one winner of it, made public during the embargo."""

    id = fields.IntField(primary_key=True)
    month = fields.IntField()
    award = fields.CharField(32)
    unit_id = fields.IntField(null=True)
    at = fields.DatetimeField()
    by = fields.IntField()

    class Meta:
        table = "revelation"


class Publication(Model):
    """The moment at which a closed month became public, and what brought it about."""

    id = fields.IntField(primary_key=True)
    month = fields.IntField(unique=True)
    at = fields.DatetimeField()
    by = fields.IntField(null=True)
    via = fields.CharField(20, default="release", db_default="release")
    why = fields.TextField(null=True)

    class Meta:
        table = "publication"


class Objection(Model):
    """An objection during the public notice against one award of one unit; until it is decided that line is not paid."""

    id = fields.IntField(primary_key=True)
    month = fields.IntField()
    award = fields.CharField(32)
    unit_id = fields.IntField()
    by = fields.IntField()
    text = fields.TextField()
    at = fields.DatetimeField()
    decision = fields.CharField(10, null=True)
    decided_at = fields.DatetimeField(null=True)
    decided_by = fields.IntField(null=True)
    reason = fields.TextField(null=True)

    class Meta:
        table = "objection"
        indexes = (("month",),)


class Transition(Model):
    """A due transition of a month that was carried out: once, late rather than never."""

    id = fields.IntField(primary_key=True)
    month = fields.IntField()
    step = fields.CharField(16)
    due_at = fields.DatetimeField()
    happened_at = fields.DatetimeField()

    class Meta:
        table = "transition"
        unique_together = (("month", "step"),)


class ClosingRun(Model):
    """A closing that a worker carries out: who asked, how many phases are done, and what stood against it."""

    closing_id = fields.IntField(primary_key=True, generated=False)
    asked_at = fields.DatetimeField()
    asked_by = fields.IntField()
    done = fields.SmallIntField(default=0)
    finished_at = fields.DatetimeField(null=True)
    failure = fields.TextField(null=True)

    class Meta:
        table = "closing_run"
