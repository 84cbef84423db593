"""What records of an activity bring: points for each valid one, held by the cap."""

from core.points import exact, rounded_fraction
from scoring.book_parts import Activity

CENTS = 2


def earned(activity: Activity, count: int) -> int:
    """Return in cents what so many valid records bring; the cap holds points that are taken as well as given."""
    worth = exact(activity.points) * count
    if activity.cap is not None:
        most = abs(exact(activity.cap))
        worth = max(-most, min(most, worth))
    return rounded_fraction(worth, CENTS)
