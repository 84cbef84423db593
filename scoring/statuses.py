"""What became of one KPI of one unit, as small numbers that fit a column."""

STATUSES = ("scored", "missing", "insufficient_sample", "insufficient_group", "no_baseline", "not_applicable")
SCORED, MISSING, INSUFFICIENT_SAMPLE, INSUFFICIENT_GROUP, NO_BASELINE, NOT_APPLICABLE = range(len(STATUSES))

POLICIES = ("reweight", "zero", "group_worst", "hold_last", "group_mean", "not_scored", "value")
"""What stands in for a missing score: the weight moves (the rule without another word), or a value is put in its place."""
