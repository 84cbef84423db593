"""Tables of coaching: who is helped, why, and the five dated steps."""

from tortoise import fields
from tortoise.indexes import Index
from tortoise.models import Model


class CoachingAssignment(Model):
    """Help for one unit after one month: triggers, level, diagnosis of lost points; withdrawn when that closing was reopened."""

    id = fields.IntField(primary_key=True)
    month = fields.IntField()
    unit_id = fields.IntField()
    level = fields.SmallIntField()
    triggers = fields.TextField()
    diagnosis = fields.TextField()
    coach_id = fields.IntField(null=True)
    snapshot_id = fields.IntField(null=True)
    withdrawn_at = fields.DatetimeField(null=True)
    opened_at = fields.DatetimeField()
    ended_at = fields.DatetimeField(null=True)
    outcome = fields.CharField(12, null=True)

    class Meta:
        table = "coaching_assignment"
        unique_together = (("month", "unit_id", "snapshot_id"),)
        indexes = (Index(fields=("unit_id",)),)


class CoachingStep(Model):
    """One of the five steps of a plan, with its due date and what was done."""

    id = fields.IntField(primary_key=True)
    assignment_id: int
    assignment: fields.ForeignKeyRelation[CoachingAssignment] = fields.ForeignKeyField(
        "shifen.CoachingAssignment", related_name="steps", on_delete=fields.RESTRICT
    )
    step = fields.CharField(12)
    number = fields.SmallIntField()
    due_on = fields.DateField()
    done_at = fields.DatetimeField(null=True)
    done_by = fields.IntField(null=True)
    note = fields.TextField(null=True)

    class Meta:
        table = "coaching_step"
        unique_together = (("assignment_id", "number"),)


class CoachingTalk(Model):
    """The talk that the deepest level of help begins with: held with whom, on which day, what was agreed."""

    id = fields.IntField(primary_key=True)
    assignment_id = fields.IntField(unique=True)
    with_whom = fields.CharField(80)
    held_on = fields.DateField()
    note = fields.TextField()
    at = fields.DatetimeField()
    by = fields.IntField()

    class Meta:
        table = "coaching_talk"
