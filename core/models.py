"""Tables of the ground: audit trail, outbox, idempotency keys."""

from tortoise import fields
from tortoise.indexes import Index
from tortoise.models import Model


class AuditEntry(Model):
    """One change: who, what, before, after, why; chained by hash, never altered."""

    id = fields.BigIntField(primary_key=True)
    at = fields.DatetimeField()
    actor_id = fields.IntField(null=True)
    actor = fields.CharField(64)
    action = fields.CharField(64)
    subject_kind = fields.CharField(32)
    subject = fields.CharField(128)
    before = fields.TextField(null=True)
    after = fields.TextField(null=True)
    why = fields.TextField(null=True)
    previous_hash = fields.CharField(64)
    hash = fields.CharField(64, unique=True)

    class Meta:
        table = "audit_entry"
        indexes = (Index(fields=("subject_kind", "subject")), Index(fields=("actor_id",)))


class OutboxNote(Model):
    """Work that must follow a committed change; claimed by a worker with a lease."""

    id = fields.BigIntField(primary_key=True)
    kind = fields.CharField(32)
    dedup_key = fields.CharField(128, null=True)
    payload = fields.TextField()
    created_at = fields.DatetimeField()
    run_after = fields.DatetimeField()
    lease_until = fields.DatetimeField(null=True)
    attempts = fields.SmallIntField(default=0, db_default=0)
    done_at = fields.DatetimeField(null=True)
    failure = fields.TextField(null=True)

    class Meta:
        table = "outbox_note"
        indexes = (Index(fields=("done_at", "run_after")),)


class IdempotencyKey(Model):
    """The stored answer to one mutating request, so that a retry has one effect."""

    id = fields.BigIntField(primary_key=True)
    account_id = fields.IntField()
    key = fields.CharField(128)
    fingerprint = fields.CharField(64)
    status = fields.SmallIntField(null=True)
    body = fields.TextField(null=True)
    created_at = fields.DatetimeField()

    class Meta:
        table = "idempotency_key"
        unique_together = (("account_id", "key"),)
