"""The metrics for Prometheus."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from prometheus_client import REGISTRY, Counter, Histogram
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

_BUCKETS = (0.005, 0.02, 0.05, 0.1, 0.3, 1, 3, 10, 30, 100, 300)
REQUESTS = Counter("eightcount_http_requests_total", "Requests that ended", ["method", "route", "status"])
REQUEST_SECONDS = Histogram(
    "eightcount_http_request_seconds", "Time to the end of the response", ["method", "route"], buckets=_BUCKETS
)
UPLOADED_BYTES = Counter("eightcount_uploaded_bytes_total", "Bytes of stored uploads")
STEP_SECONDS = Histogram(
    "eightcount_step_seconds",
    "Duration of job steps that ended well",
    ["step", "state"],
    buckets=(*_BUCKETS, 1000, 3000),
)
EXTRACTED_FRAMES = Counter("eightcount_extracted_frames_total", "Frames that the pose service sent")


class JobCollector(Collector):
    """Jobs by kind and status, counted when asked."""

    def __init__(self, counts: Callable[[], dict[tuple[str, str], int]]) -> None:
        self._counts = counts

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """One gauge."""
        family = GaugeMetricFamily("eightcount_jobs", "Jobs by kind and status", labels=["kind", "status"])
        for (kind, status), count in self._counts().items():
            family.add_metric([kind, status], count)
        yield family

    def describe(self) -> Iterator[GaugeMetricFamily]:
        """Return nothing, so that registration does not read the database."""
        return iter(())


def register_jobs(counts: Callable[[], dict[tuple[str, str], int]]) -> Callable[[], None]:
    """Register the gauge of jobs; the function returned removes it."""
    collector = JobCollector(counts)
    REGISTRY.register(collector)
    return lambda: REGISTRY.unregister(collector)
