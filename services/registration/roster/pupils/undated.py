"""Memberships of a snapshot that does not say when they began. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from libs.shared.values.school_years import first_day, next_first_day
from services.registration.roster.pupils.memberships import Interval


@dataclass(frozen=True, slots=True)
class Undated:
    """That a pupil is in a class on the day of a snapshot; ``valid_to`` if the file says an end."""

    class_id: UUID
    school_year: str
    valid_to: date | None

    def dated(self, known: Sequence[Interval], day: date, *, first: bool) -> Interval:
        """The membership, by the pupil's known ones.

        A membership of the class that has not ended on the day goes on as it is. Otherwise the pupil came on the day;
        but in the ``first`` snapshot of the school and school year, a pupil of whom nothing is known in that year was
        there from its beginning. Of a school year that is over nothing new is said: the result is empty.
        """
        start, end = first_day(self.school_year), next_first_day(self.school_year)
        stays = [each for each in known if each.class_id == self.class_id and each.valid_to > each.valid_from]
        going = min((each for each in stays if each.valid_to > day), default=None)
        if going is None and stays and day >= end:
            going = max(stays)
        if going is not None:
            valid_to = going.valid_to if self.valid_to is None else max(self.valid_to, going.valid_from)
            return Interval(going.valid_from, valid_to, self.class_id)
        elsewhere = any(
            each.valid_to > each.valid_from and each.valid_from < end and each.valid_to > start for each in known
        )
        begin = start if first and not elsewhere else min(max(start, day), end)
        return Interval(begin, max(begin, self.valid_to or end), self.class_id)
