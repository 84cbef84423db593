"""Tables of scoring: rule books and their drafts, KPI numbers, import batches, facts, month matrix, adjustments, red lines, facts set aside or let in late."""

from tortoise import fields
from tortoise.indexes import Index
from tortoise.models import Model


class RuleBook(Model):
    """One immutable version of the rules, as its TOML text and fingerprint."""

    id = fields.IntField(primary_key=True)
    fingerprint = fields.CharField(64, unique=True)
    version = fields.IntField(unique=True)
    title_zh = fields.CharField(120)
    title_en = fields.CharField(160)
    text = fields.TextField()
    created_at = fields.DatetimeField()
    created_by = fields.IntField(null=True)

    class Meta:
        table = "rule_book"


class RuleDraft(Model):
    """Rules in the making: text that need not parse yet; `revision` rises with every saving, `base_id` is the version it began from."""

    id = fields.IntField(primary_key=True)
    name = fields.CharField(120)
    text = fields.TextField()
    base_id = fields.IntField(null=True)
    owner_id = fields.IntField(null=True)
    revision = fields.IntField()
    created_at = fields.DatetimeField()
    saved_at = fields.DatetimeField()
    saved_by = fields.IntField(null=True)
    discarded_at = fields.DatetimeField(null=True)

    class Meta:
        table = "rule_draft"


class RuleEffect(Model):
    """From which month a version holds for months that name none: the last row of the latest month decides; 0 is from ever."""

    id = fields.IntField(primary_key=True)
    month = fields.IntField()
    rule_book_id = fields.IntField()
    proposal_id = fields.IntField(null=True)
    at = fields.DatetimeField()

    class Meta:
        table = "rule_effect"


class Kpi(Model):
    """The lasting small number of a KPI code, shared by all rule books."""

    id = fields.SmallIntField(primary_key=True)
    code = fields.CharField(24, unique=True)

    class Meta:
        table = "kpi"


class FactItem(Model):
    """The lasting small number of an item within a KPI: a kind of event, or a rater; 0 means none."""

    id = fields.SmallIntField(primary_key=True)
    code = fields.CharField(48, unique=True)

    class Meta:
        table = "fact_item"


class Upload(Model):
    """A file between preview and decision."""

    id = fields.IntField(primary_key=True)
    account_id = fields.IntField(null=True)
    filename = fields.CharField(200)
    checksum = fields.CharField(64)
    content = fields.BinaryField()
    preview = fields.TextField()
    options = fields.TextField(default="{}", db_default="{}")
    created_at = fields.DatetimeField()
    decided_at = fields.DatetimeField(null=True)

    class Meta:
        table = "upload"


class ImportBatch(Model):
    """One committed intake of facts: a file, an API push or a correction."""

    id = fields.IntField(primary_key=True)
    via = fields.CharField(12)
    filename = fields.CharField(200, null=True)
    checksum = fields.CharField(64)
    source = fields.CharField(24, null=True)
    rows_read = fields.IntField()
    rows_taken = fields.IntField()
    rows_known = fields.IntField(default=0, db_default=0)
    rows_refused = fields.IntField()
    refused = fields.TextField(null=True)
    first_on = fields.DateField(null=True)
    last_on = fields.DateField(null=True)
    reason = fields.TextField(null=True)
    received_at = fields.DatetimeField()
    received_by = fields.IntField(null=True)
    restores = fields.IntField(null=True)
    """The import that was taken back and counts again with this one."""

    class Meta:
        table = "import_batch"
        indexes = (Index(fields=("checksum",)), Index(fields=("received_at",)))


class BatchWithdrawal(Model):
    """A whole batch taken back, with the reason; its facts stay stored and no longer count."""

    id = fields.IntField(primary_key=True)
    batch_id: int
    batch: fields.OneToOneRelation[ImportBatch] = fields.OneToOneField(
        "shifen.ImportBatch", related_name="withdrawal", on_delete=fields.RESTRICT
    )
    reason = fields.TextField()
    at = fields.DatetimeField()
    by = fields.IntField(null=True)

    class Meta:
        table = "batch_withdrawal"


class Adjustment(Model):
    """Signed points outside the card (cents), with reason, evidence and approver."""

    id = fields.IntField(primary_key=True)
    month = fields.IntField()
    unit_id = fields.IntField()
    points = fields.IntField()
    reason = fields.TextField()
    evidence = fields.TextField(null=True)
    approved_by = fields.IntField()
    at = fields.DatetimeField()
    change_set_id = fields.IntField(null=True)
    lifted_at = fields.DatetimeField(null=True)
    restores = fields.IntField(null=True)
    """The entry that was lifted and stands again with this one."""

    class Meta:
        table = "adjustment"
        indexes = (Index(fields=("month", "unit_id")),)


class RedLineEvent(Model):
    """A verified serious misconduct with its effect from the rule book."""

    id = fields.IntField(primary_key=True)
    unit_id = fields.IntField()
    on_day = fields.DateField()
    code = fields.CharField(24)
    reason = fields.TextField()
    verified_by = fields.IntField()
    verified_at = fields.DatetimeField()
    change_set_id = fields.IntField(null=True)
    lifted_at = fields.DatetimeField(null=True)
    restores = fields.IntField(null=True)
    """The entry that was lifted and stands again with this one."""

    class Meta:
        table = "red_line_event"
        indexes = (Index(fields=("on_day", "unit_id")),)


class FactQuarantine(Model):
    """A fact set aside by a change set: all its revisions stay stored and none counts until it is lifted."""

    id = fields.IntField(primary_key=True)
    kpi_id = fields.SmallIntField()
    unit_id = fields.IntField()
    on_day = fields.DateField()
    item = fields.SmallIntField(default=0, db_default=0)
    change_set_id = fields.IntField(null=True)
    put_at = fields.DatetimeField()
    lifted_at = fields.DatetimeField(null=True)

    class Meta:
        table = "fact_quarantine"
        indexes = (Index(fields=("on_day",)), Index(fields=("change_set_id",)))


class LateAcceptance(Model):
    """A batch that came after the cut-off of a month and counts for it all the same, by a change set."""

    id = fields.IntField(primary_key=True)
    month = fields.IntField()
    batch_id = fields.IntField()
    change_set_id = fields.IntField(null=True)
    at = fields.DatetimeField()
    lifted_at = fields.DatetimeField(null=True)

    class Meta:
        table = "late_acceptance"
        indexes = (Index(fields=("month",)), Index(fields=("change_set_id",)))


class MonthFold(Model):
    """How far the matrix of a month holds the facts: the last batch in it, and a number that moves with every fold."""

    month = fields.IntField(primary_key=True, generated=False)
    through_batch = fields.IntField()
    number = fields.IntField()
    folded_at = fields.DatetimeField()

    class Meta:
        table = "month_fold"


# The two bulk tables are spoken to by COPY alone: a composite key and packed bytes, which the mapper cannot express.
FACT_SQL = """
CREATE TABLE fact (
  kpi_id smallint NOT NULL,
  unit_id integer NOT NULL,
  on_day date NOT NULL,
  item smallint NOT NULL,
  revision smallint NOT NULL,
  span_days smallint NOT NULL,
  num bigint NOT NULL,
  den bigint NOT NULL,
  sample integer NOT NULL,
  batch_id integer NOT NULL,
  row_no integer NOT NULL,
  CONSTRAINT fact_pkey PRIMARY KEY (kpi_id, unit_id, on_day, item, revision),
  CONSTRAINT fact_sound CHECK (den > 0 AND sample >= 0 AND span_days BETWEEN 1 AND 366 AND revision >= 0)
);
CREATE INDEX fact_batch ON fact USING brin (batch_id);
CREATE INDEX fact_day ON fact USING brin (on_day) WITH (pages_per_range = 32);
"""
MONTH_MATRIX_SQL = """
CREATE TABLE month_matrix (
  month integer NOT NULL,
  unit_id integer NOT NULL,
  packed bytea NOT NULL,
  CONSTRAINT month_matrix_pkey PRIMARY KEY (month, unit_id)
);
ALTER TABLE month_matrix ALTER COLUMN packed SET STORAGE EXTERNAL;
"""
FACT_CAUSE_SQL = """
CREATE TABLE fact_cause (
  id integer GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY,
  batch_id integer NOT NULL,
  row_no integer NOT NULL,
  kpi_id smallint NOT NULL,
  unit_id integer NOT NULL,
  on_day date NOT NULL,
  item smallint NOT NULL,
  cause varchar(48) NOT NULL,
  cases bigint,
  words varchar(400),
  CONSTRAINT fact_cause_told_once UNIQUE (batch_id, kpi_id, unit_id, on_day, item, cause),
  CONSTRAINT fact_cause_batch FOREIGN KEY (batch_id) REFERENCES import_batch (id) DEFERRABLE INITIALLY DEFERRED,
  CONSTRAINT fact_cause_cases CHECK (cases > 0),
  CONSTRAINT fact_cause_says_something CHECK (cause <> '' OR words IS NOT NULL)
);
CREATE INDEX fact_cause_of_kpi ON fact_cause (kpi_id, on_day);
CREATE INDEX fact_cause_of_batch ON fact_cause (batch_id);
"""
