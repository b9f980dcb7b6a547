"""Figures about this process for Prometheus, counted so that a call hardly feels it.

The histogram of prometheus-client costs a microsecond and a lock for each observation.
A process answers on one event loop, so a plain list is enough; it becomes a histogram
only when somebody asks.
"""

from bisect import bisect_left
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from prometheus_client import REGISTRY, CollectorRegistry, generate_latest
from prometheus_client.core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    HistogramMetricFamily,
    Metric,
)
from prometheus_client.registry import Collector

# Upper bounds in seconds: a quote takes about one millisecond, a hold a few.
BOUNDS_S = (
    0.0005, 0.001, 0.002, 0.004, 0.008, 0.015, 0.03, 0.06, 0.12, 0.25, 0.5, 1, 2.5, 10
)  # fmt: skip


@dataclass(slots=True)
class MethodFigures:
    """How often a method answered OK and how long all its calls took."""

    rpc: str
    counts: list[int] = field(default_factory=lambda: [0] * (len(BOUNDS_S) + 1))
    seconds: float = 0.0
    failures: dict[tuple[str, str], int] = field(default_factory=dict)

    def observe(self, seconds: float) -> None:
        """Count one call, answered or refused."""
        self.counts[bisect_left(BOUNDS_S, seconds)] += 1
        self.seconds += seconds

    def observe_failure(self, code: str, reason: str) -> None:
        """Count why a call was not answered; reasons are a closed list."""
        key = (code, reason)
        self.failures[key] = self.failures.get(key, 0) + 1


class ProcessFigures(Collector):
    """All figures of one worker."""

    def __init__(self) -> None:
        self.methods: dict[str, MethodFigures] = {}
        self.loop_lag_seconds_max = 0.0
        self.background_failures: dict[str, int] = {}

    def of(self, rpc: str) -> MethodFigures:
        """The figures of a method, to be kept by whoever counts."""
        return self.methods.setdefault(rpc, MethodFigures(rpc))

    def observe_loop_lag(self, seconds: float) -> None:
        """Keep the worst lag since the last scrape."""
        self.loop_lag_seconds_max = max(self.loop_lag_seconds_max, seconds)

    def observe_background_failure(self, loop: str) -> None:
        """Count a failed round of a background loop."""
        self.background_failures[loop] = self.background_failures.get(loop, 0) + 1

    def collect(self) -> Iterator[Metric]:
        """What Prometheus reads."""
        yield self._durations()
        yield self._failures()
        yield self._loop_lag()
        background = CounterMetricFamily(
            "shipfrom_background_failures",
            "Failed rounds of the background loops.",
            labels=["loop"],
        )
        for loop, count in self.background_failures.items():
            background.add_metric([loop], count)
        yield background

    def _durations(self) -> Metric:
        family = HistogramMetricFamily(
            "rpc_server_call_duration_seconds",
            "Time from the request's arrival in Python to its answer.",
            labels=["rpc"],
        )
        for method in self.methods.values():
            family.add_metric(
                [method.rpc], list(_cumulative(method.counts)), method.seconds
            )
        return family

    def _failures(self) -> Metric:
        family = CounterMetricFamily(
            "rpc_server_call_failures",
            "Calls that ended with a status other than OK.",
            labels=["rpc", "code", "reason"],
        )
        for method in self.methods.values():
            for (code, reason), count in method.failures.items():
                family.add_metric([method.rpc, code, reason], count)
        return family

    def _loop_lag(self) -> Metric:
        lag, self.loop_lag_seconds_max = self.loop_lag_seconds_max, 0.0
        return GaugeMetricFamily(
            "shipfrom_loop_lag_seconds",
            "Longest time since the last scrape that the event loop was late.",
            value=lag,
        )


def exposition(figures: ProcessFigures) -> bytes:
    """Prometheus text of one worker and of everything the libraries registered."""
    own = CollectorRegistry()
    own.register(figures)
    return generate_latest(own) + generate_latest(REGISTRY)


def _cumulative(counts: Iterable[int]) -> Iterator[tuple[str, float]]:
    total = 0
    bounds = [*(str(float(bound)) for bound in BOUNDS_S), "+Inf"]
    for bound, count in zip(bounds, counts, strict=True):
        total += count
        yield bound, total
