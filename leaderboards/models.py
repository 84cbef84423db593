"""Tables of places: snapshots, the pointer to the current one, standings."""

from tortoise import fields
from tortoise.indexes import Index
from tortoise.models import Model


class Snapshot(Model):
    """One whole ranking of a month, built aside; sealed when the month is closed."""

    id = fields.IntField(primary_key=True)
    month = fields.IntField()
    rule_book_id = fields.IntField()
    through_batch = fields.IntField()
    made_at = fields.DatetimeField()
    units = fields.IntField()
    sealed = fields.BooleanField(default=False, db_default=False)
    digest = fields.CharField(64, null=True)
    detail = fields.TextField(default="{}", db_default="{}")

    class Meta:
        table = "snapshot"
        indexes = (Index(fields=("month",)),)


class BoardHead(Model):
    """Which snapshot of a month readers see now; swapped in one update."""

    month = fields.IntField(primary_key=True, generated=False)
    snapshot_id = fields.IntField()

    class Meta:
        table = "board_head"


class BoardFace(Model):
    """What everybody sees of a month from its freeze until its publication: facts known before `known_until`, and no other."""

    month = fields.IntField(primary_key=True, generated=False)
    snapshot_id = fields.IntField()
    known_until = fields.DatetimeField()
    at = fields.DatetimeField()

    class Meta:
        table = "board_face"


class LossAnswer(Model):
    """What a department said to a loss passed on to it (1/10,000 points of the city then); the last answer counts."""

    id = fields.IntField(primary_key=True)
    month = fields.IntField()
    department_id = fields.IntField()
    kpi_id = fields.SmallIntField()
    cause = fields.CharField(48, default="", db_default="")
    accepted = fields.BooleanField()
    points = fields.IntField()
    reason = fields.TextField(null=True)
    figures = fields.TextField(null=True)
    done_by = fields.DateField(null=True)
    at = fields.DatetimeField()
    by = fields.IntField()

    class Meta:
        table = "loss_answer"
        indexes = (Index(fields=("month", "department_id")),)


STANDING_SQL = """
CREATE TABLE standing (
  snapshot_id integer NOT NULL,
  unit_id integer NOT NULL,
  card smallint NOT NULL,
  peer smallint NOT NULL,
  status smallint NOT NULL,
  flags smallint NOT NULL,
  pos integer NOT NULL,
  rank integer,
  peer_pos integer NOT NULL,
  peer_rank integer,
  total integer,
  coverage integer NOT NULL,
  measures bytea NOT NULL,
  breakers bytea NOT NULL,
  processes bytea NOT NULL,
  lines bytea NOT NULL,
  CONSTRAINT standing_pkey PRIMARY KEY (snapshot_id, unit_id)
);
ALTER TABLE standing ALTER COLUMN lines SET STORAGE EXTERNAL;
"""
SNAPSHOT_RANGE_SQL = """
CREATE TABLE snapshot_range (
  snapshot_id integer NOT NULL,
  card smallint NOT NULL,
  packed bytea NOT NULL,
  CONSTRAINT snapshot_range_pkey PRIMARY KEY (snapshot_id, card),
  CONSTRAINT snapshot_range_snapshot FOREIGN KEY (snapshot_id) REFERENCES snapshot (id) ON DELETE CASCADE
);
"""
"""How sure the places of a snapshot are, one row a card, packed as `leaderboards.ranges` says; made after the snapshot."""

SNAPSHOT_DELTA_SQL = """
CREATE TABLE snapshot_delta (
  snapshot_id integer NOT NULL,
  chain integer[] NOT NULL,
  moves bytea NOT NULL,
  CONSTRAINT snapshot_delta_pkey PRIMARY KEY (snapshot_id),
  CONSTRAINT snapshot_delta_chained CHECK (cardinality(chain) > 0 AND NOT snapshot_id = ANY (chain)),
  CONSTRAINT snapshot_delta_snapshot FOREIGN KEY (snapshot_id) REFERENCES snapshot (id) ON DELETE CASCADE
);
CREATE FUNCTION parts_of(wanted integer) RETURNS integer[] LANGUAGE sql STABLE AS $$
  SELECT coalesce((SELECT chain FROM snapshot_delta WHERE snapshot_id = wanted), '{}') || wanted
$$;
"""
"""A snapshot that holds only what changed since those of its chain, a whole one first; `moves` as `leaderboards.moves` says.

`parts_of` names all that a snapshot consists of: of two rows of a unit the one of the later snapshot counts.
"""
