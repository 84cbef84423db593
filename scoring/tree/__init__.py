"""Scorecards that are trees: leaves are KPIs, nodes combine what stands under them, everything exact."""
