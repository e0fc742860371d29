"""Traces: W3C trace context through HTTP and events, spans by OpenTelemetry, exported only if an endpoint is set.

Spans contain names, route templates and counts, but no exception messages and no addresses with values. Therefore
FastAPI's own telemetry, which writes path and query into its spans, is turned off.
"""

import importlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from opentelemetry import context as otel_context
from opentelemetry import trace
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import SpanProcessor, TracerProvider
from opentelemetry.trace import Span, SpanKind, StatusCode
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

from libs.shared.observability.correlation import hides_cpr_number

_W3C = TraceContextTextMapPropagator()
_EXPORTER = "opentelemetry.exporter.otlp.proto.http.trace_exporter"


class ExporterMissing(RuntimeError):
    """An address for traces is set, but the package that sends them (the OTLP/HTTP exporter) is not installed."""


class Tracing:
    """Makes the spans of one service. Without an endpoint no span is sent, but trace ids are still passed on."""

    def __init__(self, service: str, *, endpoint: str | None = None, processor: SpanProcessor | None = None) -> None:
        self._provider = TracerProvider(
            resource=Resource({"service.name": service}),
            shutdown_on_exit=False,
        )
        if endpoint is not None:
            self._provider.add_span_processor(_exporting(endpoint))
        if processor is not None:
            self._provider.add_span_processor(processor)
        self._tracer = self._provider.get_tracer("skoleloeft")

    @contextmanager
    def span(
        self,
        name: str,
        *,
        kind: SpanKind = SpanKind.INTERNAL,
        attributes: Mapping[str, str | int | float | bool] | None = None,
    ) -> Iterator[Span]:
        """A span around the block. An exception is recorded by its type only, and raised again."""
        with self._tracer.start_as_current_span(
            name, kind=kind, attributes=attributes, record_exception=False, set_status_on_exception=False
        ) as span:
            try:
                yield span
            except BaseException as failure:
                span.set_attribute("error.type", type(failure).__qualname__)
                span.set_status(StatusCode.ERROR)
                raise

    def shutdown(self) -> None:
        """Send the remaining spans (blocking, a few seconds at most) and stop."""
        self._provider.shutdown()


@contextmanager
def continue_trace(
    traceparent: str | None,
    *,
    name: str = "event.handle",
    tracing: Tracing | None = None,
    kind: SpanKind = SpanKind.CONSUMER,
) -> Iterator[None]:
    """Run the block in the trace of ``traceparent`` (a W3C header value; None or a malformed one starts a new trace).

    A new trace is also started for a caller's header (``SERVER``) with ten digits that may be a CPR number, as trace
    ids are part of every log line. With ``tracing`` the block gets a span of its own; without, the incoming one is
    passed on.
    """
    if kind is SpanKind.SERVER and traceparent and hides_cpr_number(traceparent):
        traceparent = None
    carrier = {"traceparent": traceparent} if traceparent else {}
    token = otel_context.attach(_W3C.extract(carrier, context=otel_context.Context()))
    try:
        if tracing is None:
            yield
        else:
            with tracing.span(name, kind=kind):
                yield
    finally:
        otel_context.detach(token)


def current_traceparent() -> str | None:
    """The W3C ``traceparent`` to put on an event or an outgoing request; None outside any trace."""
    carrier: dict[str, str] = {}
    _W3C.inject(carrier)
    return carrier.get("traceparent")


def current_ids() -> dict[str, str]:
    """``trace_id`` and ``span_id`` of the current span in hexadecimal; empty outside any trace."""
    found = trace.get_current_span().get_span_context()
    if not found.is_valid:
        return {}
    return {"trace_id": f"{found.trace_id:032x}", "span_id": f"{found.span_id:016x}"}


def _exporting(endpoint: str) -> SpanProcessor:
    try:
        module = importlib.import_module(_EXPORTER)
    except ImportError as missing:
        raise ExporterMissing(
            "SKOLELOEFT_OTLP_ENDPOINT is set, but opentelemetry-exporter-otlp-proto-http is not installed"
        ) from missing
    from opentelemetry.sdk.trace.export import BatchSpanProcessor  # noqa: PLC0415 - starts threads; only when exporting

    return BatchSpanProcessor(module.OTLPSpanExporter(endpoint=endpoint))
