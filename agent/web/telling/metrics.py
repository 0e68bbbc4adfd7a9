"""Figures of a process: requests, turns, tokens. Nothing that was said, and no names of people."""

from collections.abc import Callable
from typing import Any

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    ProcessCollector,
    generate_latest,
)

from ...memory import Verdict
from ..turns import Finished

REQUEST_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)
TURN_SECONDS = (0.05, 0.1, 0.25, 0.5, 1, 2, 3, 5, 8, 13, 20, 30, 60)


class Metrics:
    """Counts in a registry of its own."""

    def __init__(self, running: Callable[[], int]) -> None:
        """
        Args:
            running: how many turns are being answered.
        """
        self._registry = registry = CollectorRegistry()
        ProcessCollector(registry=registry)
        self._requests = Counter(
            "tastemaker_requests", "Requests that were answered.",
            ["route", "method", "status"], registry=registry,
        )  # fmt: skip
        self._request_seconds = Histogram(
            "tastemaker_request_seconds", "From a request to the beginning of its answer.",
            ["route"], buckets=REQUEST_SECONDS, registry=registry,
        )  # fmt: skip
        self._turns = Counter(
            "tastemaker_turns", "Turns that ended.", ["status", "intent", "degraded"],
            registry=registry,
        )  # fmt: skip
        self._turn_seconds = Histogram(
            "tastemaker_turn_seconds", "Of a turn.", buckets=TURN_SECONDS, registry=registry
        )
        self._own_seconds = Histogram(
            "tastemaker_turn_own_seconds", "Of a turn without the language model's part.",
            buckets=TURN_SECONDS, registry=registry,
        )  # fmt: skip
        self._tokens = Counter(
            "tastemaker_tokens", "Tokens of the language model.", ["kind"], registry=registry
        )
        self._feedback = Counter(
            "tastemaker_feedback", "What people said of items.", ["verdict"], registry=registry
        )
        Gauge(
            "tastemaker_turns_running", "Turns that are being answered.", registry=registry
        ).set_function(running)

    def request(self, route: str, method: str, status: int, seconds: float) -> None:
        """Count a request; the route is a template."""
        self._requests.labels(route, method, str(status)).inc()
        self._request_seconds.labels(route).observe(seconds)

    def turn(self, turn: Finished) -> None:
        """Count a turn."""
        result: dict[str, Any] = turn.result or {}
        intent = result["request"]["intent"] if result else "none"
        degraded = str(bool(result.get("degraded"))).lower()
        self._turns.labels(turn.status, intent, degraded).inc()
        if result:
            seconds = result["seconds"]
            self._turn_seconds.observe(seconds["total"])
            self._own_seconds.observe(max(seconds["total"] - seconds["llm"], 0.0))
            for kind in ("prompt", "completion"):
                self._tokens.labels(kind).inc(result["usage"][f"{kind}_tokens"])

    def feedback(self, verdict: Verdict) -> None:
        """Count what somebody said of an item."""
        self._feedback.labels(verdict).inc()

    def text(self) -> bytes:
        """Everything, as Prometheus reads it."""
        return generate_latest(self._registry)
