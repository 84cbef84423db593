"""Every address of the application."""

from collections.abc import Sequence
from importlib import import_module
from typing import Any

from web.routes import HANDLERS

RESOURCES = (
    "health",
    "session",
    "notices",
    "boards",
    "cards",
    "losses",
    "explained",
    "months",
    "plans",
    "activities",
    "appeals",
    "evidence",
    "month_life",
    "payouts",
    "talks",
    "imports",
    "results",
    "verification",
    "watching",
    "looking_back",
    "exceptions",
    "changes",
    "rules",
    "rule_checks",
    "drafts",
    "publishing",
    "simulations",
    "contests",
    "lookback",
    "people",
    "units",
    "schema",
)


def handlers() -> Sequence[Any]:
    """Return the handlers of all resources and pages."""
    modules = [import_module(f"api.{name}") for name in RESOURCES]
    return [*(handler for module in modules for handler in module.HANDLERS), *HANDLERS]
