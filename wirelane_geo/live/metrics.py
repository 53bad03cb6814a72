"""What `/metrics` tells, in Prometheus' text format."""

import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager

from prometheus_client import CollectorRegistry, Counter, Histogram, ProcessCollector, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector

from wirelane_geo.errors import ApiRefused, WirelaneGeoError

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"


class Metrics:
    """Counters and histograms of one process; `gauge` and `count` add what is looked up when it is asked for."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        ProcessCollector(registry=self._registry)
        self._looked_up = _LookedUp()
        self._registry.register(self._looked_up)
        self._seconds = Histogram(
            "wirelane_geo_upstream_seconds", "Time that the upstream took to answer, with repetitions and pages.",
            ["operation"], registry=self._registry, buckets=(.025, .05, .1, .25, .5, 1, 2.5, 5, 10, 30, 60))
        self._errors = Counter("wirelane_geo_upstream_errors", "Questions that the upstream did not answer, by reason.",
                               ["operation", "reason"], registry=self._registry)
        self._changes = Counter("wirelane_geo_status_changes", "Status changes published, by how they were learned.",
                                ["origin"], registry=self._registry)
        self._webhooks = Counter("wirelane_geo_webhook_events", "Webhook calls, by what became of them.", ["result"],
                                 registry=self._registry)

    @contextmanager
    def upstream(self, operation: str) -> Iterator[None]:
        """Times what is asked of the upstream inside, and counts its errors."""
        began = time.perf_counter()
        try:
            yield
        except WirelaneGeoError as error:
            reason = str(error.status) if isinstance(error, ApiRefused) else type(error).__name__
            self._errors.labels(operation, reason).inc()
            raise
        finally:
            self._seconds.labels(operation).observe(time.perf_counter() - began)

    def changes(self, origin: str, count: int) -> None:
        """Count status changes."""
        self._changes.labels(origin).inc(count)

    def webhook(self, result: str) -> None:
        """Count a webhook call: accepted, duplicate, refused, unreadable."""
        self._webhooks.labels(result).inc()

    def gauge(self, name: str, meaning: str, read: Callable[[], float | Mapping[str, float]], label: str = "") -> None:
        """Add a number that goes up and down; with a label, one number for each of its values."""
        self._looked_up.add(GaugeMetricFamily, name, meaning, read, label)

    def count(self, name: str, meaning: str, read: Callable[[], float | Mapping[str, float]], label: str = "") -> None:
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
            read: Callable[[], float | Mapping[str, float]], label: str) -> None:
        def make() -> Metric:
            family, value = kind(name, meaning, labels=[label] if label else None), read()
            for key, number in value.items() if isinstance(value, Mapping) else (("", value),):
                family.add_metric([key] if label else [], number)
            return family
        self._makers.append(make)

    def collect(self) -> Iterable[Metric]:
        return [make() for make in self._makers]
