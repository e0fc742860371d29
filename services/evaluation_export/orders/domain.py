"""An order and its delivery: product, parameters, state."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from services.evaluation_export.bundle.archive import BundleFile
from services.evaluation_export.products.parameters import SCHOOL_YEAR, Parameters


class Status(StrEnum):
    """Requested (waiting or being built), ready, or failed."""

    REQUESTED = "requested"
    READY = "ready"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class DeliveryState:
    """A delivery without its bundle.

    ``product`` is the name of a product. ``failure`` is the stable code of why it failed. ``bundle_bytes`` is the size
    of the bundle, and None until it is ready, as is ``bundle_sha256`` (hex).
    """

    id: UUID
    product: str
    parameters: Parameters
    status: Status
    failure: str | None
    requested_at: datetime
    finished_at: datetime | None
    bundle_sha256: str | None
    bundle_bytes: int | None
    files: tuple[BundleFile, ...]

    @property
    def school_year(self) -> str:
        """The parameter that every product has."""
        return str(self.parameters[SCHOOL_YEAR.name])


@dataclass(frozen=True, slots=True)
class Chosen:
    """Which deliveries a caller asks for: those of a product, with a status; without a value: all."""

    product: str | None = None
    status: Status | None = None


@dataclass(frozen=True, slots=True)
class Claim:
    """An order in the hands of one worker, until another attempt at it begins.

    ``attempt`` counts the attempts at the order from 1; only the newest one may store pieces or finish the order.
    """

    order: DeliveryState
    attempt: int
