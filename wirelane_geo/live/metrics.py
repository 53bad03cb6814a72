"""What `/metrics` tells, in Prometheus' text format."""

from collections.abc import Callable, Iterable, Mapping
from contextlib import AbstractContextManager

from prometheus_client import CollectorRegistry, Counter, Histogram, ProcessCollector, Summary, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector

from wirelane_geo.api import Exchange

Read = Callable[[], float | Mapping[str, float]] | Callable[[], dict[tuple[str, str], float]]
Labels = str | tuple[str, str]
CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"


class Metrics:
    """Counters and histograms of one process; `gauge` and `count` add what is looked up when it is asked for."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        ProcessCollector(registry=self._registry)
        self._looked_up = _LookedUp()
        self._registry.register(self._looked_up)
        self._seconds = Histogram(
            "wirelane_geo_upstream_seconds", "Time that requests to the upstream took.",
            ["operation"], registry=self._registry, buckets=(.025, .05, .1, .25, .5, 1, 2.5, 5, 10, 30, 60))
        self._errors = Counter("wirelane_geo_upstream_errors", "Requests to the upstream that failed, by status or reason.",
                               ["operation", "outcome"], registry=self._registry)
        self._changes = Counter("wirelane_geo_status_changes", "Status changes published, by how they were learned.",
                                ["origin"], registry=self._registry)
        self._webhooks = Counter("wirelane_geo_webhook_events", "Webhook calls, by what became of them.", ["result"],
                                 registry=self._registry)
        self._steps = Summary("wirelane_geo_pan_seconds", "Time that the steps of a rerun of the map's fragment took.", ["step"],
                              registry=self._registry)

    def step(self, name: str) -> AbstractContextManager[object]:
        """Time a step of a rerun of the map's fragment: url, query, serialise, panels. Costs 2 microseconds."""
        return self._steps.labels(name).time()

    def exchange(self, exchange: Exchange) -> None:
        """Count a request to the upstream: `WirelaneClient(..., observe=metrics.exchange)`."""
        self._seconds.labels(exchange.operation).observe(exchange.seconds)
        if not exchange.outcome.startswith("2"):
            self._errors.labels(exchange.operation, exchange.outcome).inc()

    def changes(self, origin: str, count: int) -> None:
        """Count status changes."""
        self._changes.labels(origin).inc(count)

    def webhook(self, result: str) -> None:
        """Count a webhook call: accepted, duplicate, refused, unreadable."""
        self._webhooks.labels(result).inc()

    def gauge(self, name: str, meaning: str, read: Read, label: Labels = "") -> None:
        """Add a number that goes up and down; with a label, one number for each of its values; with several, for each tuple."""
        self._looked_up.add(GaugeMetricFamily, name, meaning, read, label)

    def count(self, name: str, meaning: str, read: Read, label: Labels = "") -> None:
        """Add a number that only grows; with a label, one number for each of its values."""
        self._looked_up.add(CounterMetricFamily, name, meaning, read, label)

    def text(self) -> bytes:
        """All of it, as `CONTENT_TYPE`."""
        return generate_latest(self._registry)


class _LookedUp(Collector):
    """Numbers that somebody else keeps."""

    def __init__(self) -> None:
        self._makers: list[Callable[[], Metric]] = []

    def add(self, kind: "type[GaugeMetricFamily | CounterMetricFamily]", name: str, meaning: str,
            read: Read, label: Labels) -> None:
        labels = [label] if isinstance(label, str) and label else list(label)

        def make() -> Metric:
            family, value = kind(name, meaning, labels=labels or None), read()
            for key, number in value.items() if isinstance(value, Mapping) else (((), value),):
                family.add_metric([key] if isinstance(key, str) else list(key), number)
            return family
        self._makers.append(make)

    def collect(self) -> Iterable[Metric]:
        return [make() for make in self._makers]
