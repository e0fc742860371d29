"""The named statements in ``sql/``, and the table that holds a topic's records."""

from functools import cache

from libs.shared.db.sql_files import sql_file

_LONGEST = 63
"""The longest name in PostgreSQL, in bytes."""


def table_of(topic: str) -> str:
    """The name of the table with the topic's records. Raises ``ValueError`` for a topic whose name is too long."""
    name = f"record_{topic}"
    if len(name.encode()) > _LONGEST:
        raise ValueError(f"the topic {topic} has a name too long for the embedded log")
    return name


def quoted(name: str) -> str:
    """The text quoted as an SQL identifier."""
    return '"' + name.replace('"', '""') + '"'


@cache
def statement(name: str, topic: str | None = None) -> str:
    """The text of ``sql/<name>.sql``. A statement on records is completed with the table of ``topic``."""
    text = sql_file("libs.shared.eventlog.postgres", name)
    return text if topic is None else text.replace("{record}", quoted(table_of(topic)))
