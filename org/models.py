"""Tables of the organisation: units, memberships and their versions, accounts, grants, sessions, tokens."""

from tortoise import fields
from tortoise.indexes import Index
from tortoise.models import Model


class Unit(Model):
    """A contestant of any size: company, branch, department, storefront, outlet, team, person, employer."""

    id = fields.IntField(primary_key=True)
    code = fields.CharField(32, unique=True)
    name_zh = fields.CharField(80)
    name_en = fields.CharField(120)
    kind = fields.CharField(16)
    post = fields.CharField(24, null=True)
    star = fields.SmallIntField(null=True)
    size_class = fields.CharField(8, null=True)
    peer_group = fields.CharField(32)
    customers = fields.BigIntField(null=True)
    traffic = fields.BigIntField(null=True)
    hors_concours = fields.BooleanField(default=False, db_default=False)
    opened_on = fields.DateField(null=True)
    closed_on = fields.DateField(null=True)

    class Meta:
        table = "unit"
        indexes = (Index(fields=("kind", "peer_group")),)


class Membership(Model):
    """A unit's place under a parent for a half-open span of days; `line` is the tree, `employer` the firm that sends a promoter."""

    id = fields.IntField(primary_key=True)
    unit_id: int
    unit: fields.ForeignKeyRelation[Unit] = fields.ForeignKeyField(
        "shifen.Unit", related_name="memberships", on_delete=fields.RESTRICT
    )
    parent_id: int
    parent: fields.ForeignKeyRelation[Unit] = fields.ForeignKeyField(
        "shifen.Unit", related_name="members", on_delete=fields.RESTRICT
    )
    relation = fields.CharField(8)
    starts_on = fields.DateField()
    ends_on = fields.DateField(null=True)

    class Meta:
        table = "membership"
        indexes = (Index(fields=("unit_id", "relation")), Index(fields=("parent_id",)))


class OrganisationRevision(Model):
    """A counter that moves with every change of units, memberships, accounts or grants, so that caches know."""

    id = fields.SmallIntField(primary_key=True)
    number = fields.BigIntField()

    class Meta:
        table = "organisation_revision"


class Account(Model):
    """A sign-in; belongs to a person unit or to none (an administrator from headquarters)."""

    id = fields.IntField(primary_key=True)
    username = fields.CharField(64, unique=True)
    display_name = fields.CharField(80)
    name_en = fields.CharField(80, null=True)
    unit_id: int | None
    unit: fields.ForeignKeyNullableRelation[Unit] = fields.ForeignKeyField(
        "shifen.Unit", related_name="accounts", null=True, on_delete=fields.RESTRICT
    )
    password_hash = fields.CharField(200, null=True)
    must_change = fields.BooleanField(default=False, db_default=False)
    language = fields.CharField(5, default="zh", db_default="zh")
    theme = fields.CharField(5, default="auto", db_default="auto")
    created_at = fields.DatetimeField()
    disabled_at = fields.DatetimeField(null=True)

    class Meta:
        table = "account"
        indexes = (Index(fields=("unit_id",)),)


class Grant(Model):
    """A role over the subtree of a unit, for a half-open span of days."""

    id = fields.IntField(primary_key=True)
    account_id: int
    account: fields.ForeignKeyRelation[Account] = fields.ForeignKeyField(
        "shifen.Account", related_name="grants", on_delete=fields.RESTRICT
    )
    role = fields.CharField(24)
    scope_id: int
    scope: fields.ForeignKeyRelation[Unit] = fields.ForeignKeyField(
        "shifen.Unit", related_name="grants", on_delete=fields.RESTRICT
    )
    starts_on = fields.DateField()
    ends_on = fields.DateField(null=True)

    class Meta:
        table = "role_grant"
        indexes = (Index(fields=("account_id",)), Index(fields=("scope_id",)))


class Session(Model):
    """A signed-in browser; only the SHA-256 of its identifier is stored."""

    id = fields.CharField(64, primary_key=True)
    account_id: int
    account: fields.ForeignKeyRelation[Account] = fields.ForeignKeyField(
        "shifen.Account", related_name="sessions", on_delete=fields.RESTRICT
    )
    created_at = fields.DatetimeField()
    seen_at = fields.DatetimeField()
    expires_at = fields.DatetimeField()
    ended_at = fields.DatetimeField(null=True)
    agent = fields.CharField(200, null=True)

    class Meta:
        table = "session"
        indexes = (Index(fields=("account_id",)),)


class ApiToken(Model):
    """A key for another system: scope of actions and an end; shown once, stored as SHA-256."""

    id = fields.IntField(primary_key=True)
    account_id: int
    account: fields.ForeignKeyRelation[Account] = fields.ForeignKeyField(
        "shifen.Account", related_name="tokens", on_delete=fields.RESTRICT
    )
    name = fields.CharField(80)
    secret_hash = fields.CharField(64, unique=True)
    actions = fields.TextField()
    created_at = fields.DatetimeField()
    expires_at = fields.DatetimeField()
    revoked_at = fields.DatetimeField(null=True)
    used_at = fields.DatetimeField(null=True)

    class Meta:
        table = "api_token"
        indexes = (Index(fields=("account_id",)),)


class SignInAttempt(Model):
    """One try to sign in under a name, so that tries per account can be limited."""

    id = fields.BigIntField(primary_key=True)
    username = fields.CharField(64)
    at = fields.DatetimeField()
    succeeded = fields.BooleanField()

    class Meta:
        table = "sign_in_attempt"
        indexes = (Index(fields=("username", "at")),)


class Notice(Model):
    """One sentence to one person about something that concerns them, with where to read on."""

    id = fields.BigIntField(primary_key=True)
    account_id = fields.IntField()
    kind = fields.CharField(32)
    zh = fields.TextField()
    en = fields.TextField()
    href = fields.CharField(200)
    at = fields.DatetimeField()
    read_at = fields.DatetimeField(null=True)

    class Meta:
        table = "notice"
        indexes = (Index(fields=("account_id", "read_at")),)


# What was known of the organisation when: written by triggers, read by nobody who writes.
HISTORY_SQL = """
CREATE TABLE unit_version (
  revision bigint NOT NULL,
  gone boolean NOT NULL,
  LIKE unit,
  CONSTRAINT unit_version_pkey PRIMARY KEY (id, revision)
);
CREATE TABLE membership_version (
  revision bigint NOT NULL,
  gone boolean NOT NULL,
  LIKE membership,
  CONSTRAINT membership_version_pkey PRIMARY KEY (id, revision)
);
CREATE INDEX unit_version_revision ON unit_version (revision);
CREATE INDEX membership_version_revision ON membership_version (revision);
CREATE TABLE organisation_moment (
  number bigint NOT NULL,
  at timestamptz,
  CONSTRAINT organisation_moment_pkey PRIMARY KEY (number)
);
CREATE INDEX organisation_moment_open ON organisation_moment (number) WHERE at IS NULL;
"""
"""Versions of units and places by the number of the organisation's revision, and the moment of each; without one it is as old as the memory."""
