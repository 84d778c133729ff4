"""The metrics for Prometheus."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from prometheus_client import REGISTRY, Counter, Histogram
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

Counts = Callable[[], dict[tuple[str, str], int]]
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
    """Jobs by kind and status, and the unfinished ones by lane, counted when asked."""

    def __init__(self, counts: Counts, lane_counts: Counts) -> None:
        self._counts = counts
        self._lane_counts = lane_counts

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """Two gauges."""
        family = GaugeMetricFamily("eightcount_jobs", "Jobs by kind and status", labels=["kind", "status"])
        for labels, count in self._counts().items():
            family.add_metric(labels, count)
        yield family
        lanes = GaugeMetricFamily("eightcount_lane_jobs", "Jobs that wait and run, by lane", labels=["lane", "status"])
        for labels, count in self._lane_counts().items():
            lanes.add_metric(labels, count)
        yield lanes

    def describe(self) -> Iterator[GaugeMetricFamily]:
        """Return nothing, so that registration does not read the database."""
        return iter(())


def register_jobs(counts: Counts, lane_counts: Counts) -> Callable[[], None]:
    """Register the gauges of jobs; the function returned removes them."""
    collector = JobCollector(counts, lane_counts)
    REGISTRY.register(collector)
    return lambda: REGISTRY.unregister(collector)
