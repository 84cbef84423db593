"""The editor of rules: a draft's scorecards as trees, its rules as forms and curves, its weights as a table."""
