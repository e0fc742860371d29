"""The last look before anything is released; it trusts nothing that came before."""

import re
from collections.abc import Mapping, Sequence

from services.evaluation_export.deliveries.bundle.sheets import Row
from services.evaluation_export.disclosure.suppression import is_small

_UUID = re.compile(rb"[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}")


class NotReleasable(Exception):
    """A finished file breaks a promise; nothing of the bundle may leave."""


def check_counts(tables: Mapping[str, Sequence[Row]], columns: Mapping[str, Sequence[str]]) -> None:
    """No printed number of pupils is small. Raises ``NotReleasable``."""
    for name, names in columns.items():
        for row in tables[name]:
            for column in names:
                value = row[column]
                if isinstance(value, int) and is_small(value):
                    raise NotReleasable(f"{name}: a small number in {column}")


def check_files(files: Mapping[str, bytes]) -> None:
    """No file holds anything that looks like an id of the platform. Raises ``NotReleasable``."""
    for name, content in files.items():
        if _UUID.search(content):
            raise NotReleasable(f"{name} holds an id")
