"""What single ratings may tell: their mean, and only from so many raters on that nobody's mark can be guessed."""

SHOWN_FROM = 5
BY_RATER = "trimmed_mean"


def told(aggregation: str, raters: int) -> bool:
    """Tell whether a value may be shown: one of single ratings only from enough raters on."""
    return aggregation != BY_RATER or raters >= SHOWN_FROM
