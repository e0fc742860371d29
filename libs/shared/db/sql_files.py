"""Statements that are kept as files in the folder ``sql`` of a package."""

from functools import cache
from importlib.resources import files


@cache
def sql_file(package: str, name: str) -> str:
    """The text of ``sql/<name>.sql`` of a package, which is given by its dotted name."""
    return (files(package) / "sql" / f"{name}.sql").read_text(encoding="utf-8")
