"""JSON logs, Prometheus metrics and trace context. None of them ever contains an identifier of a person."""
