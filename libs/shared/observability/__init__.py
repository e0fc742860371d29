"""What operations see: JSON logs, Prometheus metrics and trace context. None of them ever carries an identifier."""
