"""Drafts of rules: text, findings, trial on past months, publication by two."""
