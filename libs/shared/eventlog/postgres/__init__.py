"""The log in PostgreSQL, for embedded installations: durable, for several processes, on one server."""

from libs.shared.eventlog.postgres.log import PostgresEventLog

__all__ = ["PostgresEventLog"]
