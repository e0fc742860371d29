"""Lines taken apart, before any of their texts is judged."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from libs.shared.files.errors import FieldError


@dataclass(frozen=True, slots=True)
class Raw:
    """Raw texts by column, one for each line in ``kept`` (indexes of the lines given).

    ``failed`` is what is wrong with lines that cannot be taken apart. A line that is in neither is no row.
    """

    kept: Sequence[int]
    columns: Mapping[str, Sequence[str | None]]
    failed: Mapping[int, Sequence[FieldError]] = field(default_factory=dict)
