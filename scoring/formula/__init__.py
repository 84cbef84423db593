"""Formulas that people write into rule books: a small total language of exact numbers, read once, run over columns."""
