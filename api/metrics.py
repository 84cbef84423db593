"""Numbers for Prometheus: requests by route template, never by address or person."""

from typing import Any

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

REGISTRY = CollectorRegistry()
REQUESTS = Counter("shifen_requests", "Answered requests.", ("method", "route", "status"), registry=REGISTRY)
SECONDS = Histogram(
    "shifen_request_seconds",
    "Time to answer.",
    ("route",),
    buckets=(0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10, 60),
    registry=REGISTRY,
)
OUTBOX_AGE = Gauge("shifen_outbox_oldest_seconds", "Age of the oldest undone work.", registry=REGISTRY)
OUTBOX_WAITING = Gauge("shifen_outbox_waiting", "Notes that are not done.", registry=REGISTRY)
CONTENT_TYPE = "text/plain; version=0.0.4"

_counters: dict[tuple[str, str, int], tuple[Any, Any]] = {}


def count(scope: Any, status: int, seconds: float) -> None:  # noqa: ANN401 - ASGI's own mapping
    """Count one answer under its route's template; what matched no route counts as one."""
    key = (scope["method"], scope.get("path_template") or "-", status)
    found = _counters.get(key)
    if found is None:
        method = key[0] if len(key[0]) < 8 else "other"  # noqa: PLR2004 - the longest known method has seven letters
        found = REQUESTS.labels(method, key[1], str(status)), SECONDS.labels(key[1])
        if len(_counters) < 5_000:  # noqa: PLR2004 - more than all routes times all answers
            _counters[key] = found
    found[0].inc()
    found[1].observe(seconds)


def page() -> bytes:
    """Return all numbers as text."""
    return generate_latest(REGISTRY)
