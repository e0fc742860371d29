"""The named statements in ``sql/``."""

from functools import cache
from importlib.resources import files


@cache
def statement(name: str) -> str:
    """The text of ``sql/<name>.sql``."""
    return (files("libs.shared.eventlog.postgres") / "sql" / f"{name}.sql").read_text(encoding="utf-8")
