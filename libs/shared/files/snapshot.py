"""What a complete file is complete for."""

from dataclasses import dataclass
from datetime import date, datetime

from libs.shared.base.clock import danish_date


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A file that holds everything that its source knows of one institution and one school year.

    ``source`` is the name of the source system, ``source_moment`` the time at which it made the file.
    """

    institution_number: str
    school_year: str
    source: str
    source_moment: datetime

    @property
    def day(self) -> date:
        """The day from which what the file lacks is ended."""
        return danish_date(self.source_moment)
