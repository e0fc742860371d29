"""Metrics: a registry made in the wiring and passed to the components that count something."""

from collections.abc import Sequence

from prometheus_client import (
    CONTENT_TYPE_LATEST,
    CollectorRegistry,
    Counter,
    Gauge,
    GCCollector,
    Histogram,
    PlatformCollector,
    ProcessCollector,
    generate_latest,
)

_HTTP_BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


def known_method(method: str) -> str:
    """The HTTP method, or OTHER for an unknown one: a caller must not be able to create new series, spans or log
    fields.
    """
    return method if method in _METHODS else "OTHER"


class Metrics:
    """The metrics of one process. Names begin with ``skoleloeft_``; labels are few, fixed and never identify anybody.

    ``counter``, ``gauge`` and ``histogram`` register a metric; asking for the same name twice is an error of the
    wiring (``ValueError``), so each component makes its own once, when it is built.
    """

    def __init__(self, *, process: bool = True) -> None:
        self.registry = CollectorRegistry(auto_describe=True)
        if process:
            ProcessCollector(registry=self.registry)
            PlatformCollector(registry=self.registry)
            GCCollector(registry=self.registry)
        self._http = self.histogram(
            "skoleloeft_http_request_duration_seconds",
            "Time to answer an HTTP request, by route template.",
            ("method", "route", "status"),
            buckets=_HTTP_BUCKETS,
        )
        self._unavailable = self.counter(
            "skoleloeft_unavailable_answers", "Requests answered 503, by what was away.", ("cause",)
        )

    def counter(self, name: str, documentation: str, labels: Sequence[str] = ()) -> Counter:
        """A number that only grows."""
        return Counter(name, documentation, labels, registry=self.registry)

    def gauge(self, name: str, documentation: str, labels: Sequence[str] = ()) -> Gauge:
        """A number that goes up and down."""
        return Gauge(name, documentation, labels, registry=self.registry)

    def histogram(
        self,
        name: str,
        documentation: str,
        labels: Sequence[str] = (),
        *,
        buckets: Sequence[float] = Histogram.DEFAULT_BUCKETS,
    ) -> Histogram:
        """A distribution over ``buckets`` (upper bounds in the unit that the name ends with)."""
        return Histogram(name, documentation, labels, buckets=buckets, registry=self.registry)

    def observe_request(self, *, method: str, route: str, status: int, seconds: float) -> None:
        """Record one answered request, by route template and status."""
        self._http.labels(known_method(method), route, str(status)).observe(seconds)

    def observe_unavailable(self, cause: str) -> None:
        """Count one request answered 503; ``cause`` is one of a fixed set of words."""
        self._unavailable.labels(cause).inc()

    def exposition(self) -> tuple[bytes, str]:
        """Body and content type of ``/metrics``."""
        return generate_latest(self.registry), CONTENT_TYPE_LATEST
