"""Small numbers of a stored standing, shared by those who write and those who read it."""

RANKED, NOT_RANKED, PROTECTED, SHOWN_ONLY, EXCLUDED = range(5)
"""How a unit stands: with a place; too little measured; new and still protected; from outside, only shown; left out this month by decision."""
STATUS_NAMES = ("ranked", "not_ranked", "protected", "shown_only", "excluded")

BARRED = 1
"""A verified red line bars it from awards."""
HORS_CONCOURS = 2
"""Scored and ranked, never awarded."""
TIED = 4
PEER_TIED = 8
BOTTOM = 16
"""In the bottom part of the whole board: named only to itself and its managers."""
PEER_BOTTOM = 32
"""In the bottom part of its peer group."""

UNTOLD = frozenset({NOT_RANKED, EXCLUDED})
"""Whose numbers others are not told: too little stands behind them, or they were left out."""
