import pytest
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from libs.shared.observability.metrics import Metrics
from libs.shared.observability.tracing import ExporterMissing, Tracing, continue_trace, current_ids, current_traceparent

PARENT = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"


def test_two_registries_do_not_know_each_other() -> None:
    first, second = Metrics(process=False), Metrics(process=False)
    first.counter("skoleloeft_rows_total", "Rows.").inc(3)
    assert b"skoleloeft_rows_total 3.0" in first.exposition()[0]
    assert b"skoleloeft_rows_total" not in second.exposition()[0]


def test_an_invented_method_makes_no_new_series() -> None:
    metrics = Metrics(process=False)
    metrics.observe_request(method="BREW", route="/v1/x", status=405, seconds=0.1)
    assert b'method="OTHER"' in metrics.exposition()[0]


def test_a_trace_goes_on_from_the_incoming_header_into_the_outgoing_one() -> None:
    tracing = Tracing("absence_ingest")
    with continue_trace(PARENT, tracing=tracing):
        outgoing = current_traceparent()
    assert outgoing is not None
    assert outgoing.split("-")[1] == PARENT.split("-")[1]
    assert outgoing.split("-")[2] != PARENT.split("-")[2]


def test_without_tracing_the_incoming_context_is_passed_on_as_it_is() -> None:
    with continue_trace(PARENT):
        assert current_traceparent() == PARENT
    assert current_traceparent() is None


@pytest.mark.parametrize(
    "malformed", [None, "", "00-zz-yy-01", "6101120008", "00-" + "0" * 32 + "-" + "0" * 16 + "-01"]
)
def test_a_malformed_header_starts_a_fresh_trace(malformed: str | None) -> None:
    with continue_trace(malformed, tracing=Tracing("x")):
        assert len(current_ids()["trace_id"]) == 32


def test_a_failed_span_holds_the_type_of_the_failure_and_not_its_message() -> None:
    exporter = InMemorySpanExporter()
    tracing = Tracing("x", processor=SimpleSpanProcessor(exporter))
    with pytest.raises(ValueError, match="Canary"), tracing.span("work"):
        raise ValueError("Canary Jensen")
    exported = exporter.get_finished_spans()[0].to_json()
    assert "ValueError" in exported
    assert "Canary" not in exported


def test_an_endpoint_without_the_exporter_package_is_said_plainly(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "opentelemetry.exporter.otlp.proto.http.trace_exporter", None)
    with pytest.raises(ExporterMissing, match="not installed"):
        Tracing("x", endpoint="https://traces.example/v1/traces")
