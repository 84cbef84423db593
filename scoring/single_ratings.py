"""Which KPIs are single ratings, trimmed before they are added, and which of them are freed of a rater's severity."""

from collections.abc import Mapping

from scoring.rulebook import RuleBook


def trimmed_kpis(book: RuleBook, numbers: Mapping[str, int]) -> tuple[list[int], dict[int, int]]:
    """Return the numbers of the KPIs of single ratings, and of how many units a rater is corrected in them."""
    codes = [code for code, kpi in book.kpis.items() if kpi.aggregation == "trimmed_mean"]
    rated = book.department
    corrected = {rated.internal_kpi: rated.correct_raters_from} if rated.correct_raters_from else {}
    return (
        [numbers[code] for code in codes if code in numbers],
        {numbers[code]: least for code, least in corrected.items() if code in codes and code in numbers},
    )
