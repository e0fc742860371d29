"""What earlier files of the source told, for a delta: it names classes and pupils that it does not repeat."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import NamedTuple, Protocol


class KnownClass(NamedTuple):
    """A homeroom class by its natural key."""

    institution_number: str
    school_year: str
    name: str


class KnownStay(NamedTuple):
    """A pupil's time in a class, as the source's own school claims it."""

    place: KnownClass
    valid_from: date
    valid_to: date


class KnownPupil(NamedTuple):
    """A pupil who is registered with the source's id: the name, and the times in classes of the source's schools."""

    name: str
    stays: Sequence[KnownStay]


class Known(Protocol):
    """Answers by the source's ids. It may ask a database, so it is called from a thread."""

    def school(self, sourced_id: str) -> str | None:
        """The institution number of a school."""

    def school_year(self, sourced_id: str) -> str | None:
        """The school year of an academic session."""

    def class_(self, sourced_id: str) -> KnownClass | None:
        """A homeroom class."""

    def is_other(self, sourced_id: str) -> bool:
        """Whether it is a class of another type than homeroom."""

    def pupils(self, sourced_ids: Sequence[str]) -> Mapping[str, KnownPupil]:
        """The pupils among these users."""

    def members(self, place: KnownClass) -> Mapping[str, KnownPupil]:
        """The pupils of a class by their ids, each with that stay alone."""


AskKnown = Callable[[str, str], Known]
"""Gives what is known of a source, by its name and a digest of the file that asks."""
