"""Lines split into texts, before any text is judged."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from libs.shared.files.errors import FieldError


@dataclass(frozen=True, slots=True)
class Raw:
    """Raw texts by column, one for each line in ``kept`` (indexes of the lines given).

    ``failed`` has the errors of lines that cannot be split. A line in neither is not a row.
    """

    kept: Sequence[int]
    columns: Mapping[str, Sequence[str | None]]
    failed: Mapping[int, Sequence[FieldError]] = field(default_factory=dict)
