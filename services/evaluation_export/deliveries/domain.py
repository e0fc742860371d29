"""What a delivery is: product, school year, state."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from libs.shared.values.school_years import autumn_term, first_day, first_year, next_first_day, previous_school_year


class Product(StrEnum):
    """What can be ordered. ``aggregate``: anonymous tables, no row per pupil."""

    AGGREGATE = "aggregate"


class Status(StrEnum):
    """Requested (waiting or being built), ready, or failed."""

    REQUESTED = "requested"
    READY = "ready"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Period:
    """The days of a school year and its two autumns: before is the calendar year before, after the first one's."""

    school_year: str

    @property
    def first_year(self) -> int:
        """2022 of 2022/2023."""
        return first_year(self.school_year)

    @property
    def start(self) -> date:
        """1 August."""
        return first_day(self.school_year)

    @property
    def end(self) -> date:
        """The day after the last."""
        return next_first_day(self.school_year)

    @property
    def spring(self) -> date:
        """1 January: who begins from here on was no participant in the autumn."""
        return date(self.first_year + 1, 1, 1)

    @property
    def before(self) -> list[str]:
        """The five months of the autumn before, as ``2021-08``."""
        return list(autumn_term(previous_school_year(self.school_year)))

    @property
    def after(self) -> list[str]:
        """The five months of the school year's own autumn."""
        return list(autumn_term(self.school_year))

    @property
    def measured(self) -> list[str]:
        """The periods that figures are of: the school year for counts, such as ``2022/2023``, and for days the two
        autumns by their years, ``2021`` and ``2022``. A neighbouring school year shares an autumn with this one.
        """
        return [self.school_year, f"{self.first_year - 1:04d}", f"{self.first_year:04d}"]

    @property
    def neighbours(self) -> list[str]:
        """The school years that share an autumn with this one, and this one."""
        return [f"{first:04d}/{first + 1:04d}" for first in range(self.first_year - 1, self.first_year + 2)]


@dataclass(frozen=True, slots=True)
class BundleFile:
    """A file of a bundle; ``sha256`` in hex."""

    name: str
    bytes: int
    sha256: str


@dataclass(frozen=True, slots=True)
class DeliveryState:
    """A delivery without its bundle. ``failure`` is the stable code of why it failed."""

    id: UUID
    product: Product
    school_year: str
    status: Status
    failure: str | None
    requested_at: datetime
    finished_at: datetime | None
    bundle_sha256: str | None
    files: tuple[BundleFile, ...]
