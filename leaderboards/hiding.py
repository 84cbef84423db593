"""Who is not named on a board: the bottom part, and on a board too small to hide anyone nobody of it is shown."""

FEWEST_HIDDEN = 2
"""A single hidden row could be told by elimination; it is left out instead."""

FEWEST_COMPARED = 5
"""The middle of fewer peers would tell the score of one of them."""


def first_hidden_rank(ranked: int, hidden_one_in: int) -> int:
    """Return the first rank of the bottom part of a board, one in so many; a tie that begins above it stays above."""
    return ranked - (ranked // hidden_one_in if hidden_one_in else 0) + 1


def too_small(ranked: int, hidden_min: int) -> bool:
    """Tell whether a board has so few units that a hidden row would name itself."""
    return ranked < hidden_min
