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
