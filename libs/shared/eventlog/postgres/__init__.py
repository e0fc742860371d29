"""The log in PostgreSQL, for the embedded way of running: durable, several processes, one server."""

from libs.shared.eventlog.postgres.log import PostgresEventLog

__all__ = ["PostgresEventLog"]
