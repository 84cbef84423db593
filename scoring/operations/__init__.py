"""Writes of scoring: rule books, facts, folds, adjustments, red lines."""
