"""Reads of scoring: rule books, imports, cards, lines, completeness."""
