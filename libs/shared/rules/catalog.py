"""The intervention types A–E and their nine variants, with which the catalog is seeded."""

from datetime import date
from decimal import Decimal
from enum import StrEnum
from functools import cache
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

from libs.shared.rules.library import packaged
from libs.shared.rules.wording import Text

_FILE = "intervention-types.json"


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")


class InterventionType(StrEnum):
    """A–E: tolærerordning, makkerlæring, undervisning i små grupper, intensivt læringsforløb, bogpakker."""

    CO_TEACHING = "co_teaching"
    PEER_LEARNING = "peer_learning"
    SMALL_GROUP_TUITION = "small_group_tuition"
    INTENSIVE_COURSE = "intensive_course"
    BOOK_PACKAGES = "book_packages"


class Group(StrEnum):
    """The guide's three groups: in ordinary teaching, in small groups outside it, and individual (supplementary)."""

    IN_TEACHING = "in_teaching"
    OUTSIDE_TEACHING = "outside_teaching"
    INDIVIDUAL = "individual"


class Range(_Part):
    """From ``least`` to ``most``, both inclusive."""

    least: int
    most: int


class CatalogMinimum(_Part):
    """One phase of the minimum: ``amount`` of ``unit`` per week (or in the phase), for weeks or school years."""

    unit: Literal["lessons", "sessions", "packages"]
    amount: Decimal
    per: Literal["week", "phase"]
    weeks: int | None = None
    school_years: Decimal | None = None
    session_minutes: Range | None = None


class CatalogEntry(_Part):
    """One variant of an intervention type, valid from ``valid_from`` (inclusive) to ``valid_to`` (exclusive).

    ``group_size`` is null where the source sets none; ``minimum`` is empty where it sets none (D3).
    """

    id: str
    intervention_type: InterventionType
    group: Group
    name: Text
    group_size: Range | None
    minimum: tuple[CatalogMinimum, ...] = Field(default=())
    valid_from: date = date(2021, 1, 1)
    valid_to: date | None = None

    def is_valid(self, on: date) -> bool:
        """Whether the variant may be used on the date."""
        return self.valid_from <= on and (self.valid_to is None or on < self.valid_to)


@cache
def catalog_entries() -> tuple[CatalogEntry, ...]:
    """The packaged variants A1, A2, B, C, D1, D2, D3, E1, E2; source 000, chapter 4."""
    return TypeAdapter(tuple[CatalogEntry, ...]).validate_json(packaged(_FILE))
