"""From when on facts are called odd: defaults that were tried on the seeded company, each with its meaning."""

from fractions import Fraction

import msgspec


class Limits(msgspec.Struct, frozen=True, kw_only=True):
    """The parameters of the watch; "deviations" are robust standard deviations of what is usual for the KPI."""

    jump: int = 6
    """A fact so many deviations from the unit's own median is a jump."""
    jump_facts: int = 6
    """A unit needs so many facts in the month for its own median to mean anything."""
    month_jump: int = 10
    """A month's value so many deviations from the month before, beyond what its peers moved, is a jump too."""
    peers: int = 12
    """So many units of a kind are needed to say what is usual."""
    flat_facts: int = 12
    """A series shorter than this is never called too even."""
    flat: Fraction = Fraction(1, 25)
    """Scatter below this share of the usual variance is collapsed."""
    tens_facts: int = 8
    """So many facts with full marks and nothing else are a row of straight tens."""
    tens_share: Fraction = Fraction(19, 20)
    """The share of a unit's answers with full marks from which on it is called straight tens."""
    tens_answers: int = 20
    """Straight tens need so many answers."""
    tens_usual: Fraction = Fraction(1, 2)
    """Where the median peer already has this share of full marks, nobody is called odd for having them."""
    burst: int = 5
    """The last days hold so many times as many cases a day as the days before."""
    burst_days: int = 2
    """The last days that are looked at."""
    burst_cases: int = 30
    """A burst has at least so many cases."""
    burst_peers: int = 3
    """A burst is also so many times as strong as that of the median peer."""
    gap: int = 4
    """Asked customers place a unit so many deviations above where visits place it."""
    gap_low: int = 1
    """And the visits place it at least so many deviations below its peers."""
    begging: int = 4
    """A mean so many deviations above the peers, with full marks within reach, and ..."""
    begging_flat: Fraction = Fraction(1, 3)
    """... scatter below this share of the usual variance, looks like begging for tens."""
    words: tuple[str, ...] = (
        "索要", "给10分", "打10分", "给十分", "打十分", "要求10分", "满分好评", "给满分", "打满分", "帮忙打", "刷分", "返现好评",
        "ask for a 10", "give a 10", "give us a ten", "rate 10", "ten out of ten please", "full marks please",
    )  # fmt: skip
    """Words in remarks that tell of begging or paying for tens."""


DEFAULTS = Limits()
