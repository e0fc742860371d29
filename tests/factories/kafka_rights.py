"""Whether the access list of a Kafka user allows an operation."""

from collections.abc import Iterable
from typing import Any


def may(rights: Iterable[dict[str, Any]], kind: str, name: str, operation: str) -> bool:
    """Whether one of the rights allows the operation on the resource of that kind and name."""
    return any(
        entry["resource"]["type"] == kind
        and operation in entry["operations"]
        and (
            name.startswith(entry["resource"]["name"])
            if entry["resource"].get("patternType") == "prefix"
            else name == entry["resource"]["name"]
        )
        for entry in rights
    )
