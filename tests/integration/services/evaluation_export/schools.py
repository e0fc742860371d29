"""Schools of the world that the events describe."""

from dataclasses import dataclass, field
from typing import Literal
from uuid import UUID, uuid4


@dataclass
class School:
    """A public school of a municipality with one class per name and year, all of one kind."""

    code: str
    number: str
    class_kind: Literal["ordinary", "special"] = "ordinary"
    id: UUID = field(default_factory=uuid4)
    classes: dict[tuple[str, int], UUID] = field(default_factory=dict)
