"""Every page of the application."""

from collections.abc import Sequence
from importlib import import_module
from typing import Any

PAGES = (
    "static",
    "entry",
    "account",
    "notices",
    "months.calendar",
    "months.month",
    "months.acts",
    "months.reveal",
    "months.notice",
    "months.awards",
    "months.exceptions",
    "months.export",
    "months.activities",
    "plans.season",
    "plans.page",
    "plans.saving",
    "plans.rules",
    "months.verify",
    "months.complete",
    "months.watch",
    "rules",
    "drafts.listing",
    "drafts.one",
    "drafts.deciding",
    "drafts.trying",
    "rule_check",
    "editor.page",
    "editor.saving",
    "audit",
    "board",
    "stream",
    "people",
    "units",
    "unit",
    "looking_back",
    "why",
    "explained.receipt",
    "explained.gains",
    "explained.outlook",
    "explained.compared",
    "home",
    "department",
    "ledger.department",
    "ledger.city",
    "ledger.unit",
    "lookback.season",
    "lookback.history",
    "lookback.weak",
    "lookback.hall",
    "lookback.effect",
    "contests.listing",
    "contests.editing",
    "contests.one",
    "appeals.listing",
    "appeals.filing",
    "appeals.one",
    "appeals.acts",
    "changes.listing",
    "changes.making",
    "changes.one",
    "changes.hearings",
    "changes.restated",
    "coaching",
    "talk",
    "intake.upload",
    "intake.preview",
    "intake.batch",
    "intake.completeness",
)


def _handlers() -> Sequence[Any]:
    modules = [import_module(f"web.pages.{name}") for name in PAGES]
    return [handler for module in modules for handler in module.HANDLERS]


HANDLERS = _handlers()
