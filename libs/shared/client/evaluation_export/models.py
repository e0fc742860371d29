"""Bodies and answers of evaluation_export, with the fields that its callers use."""

from enum import StrEnum
from typing import Literal
from uuid import UUID

from libs.shared.client.operations import Read, Written


class DeliveryStatus(StrEnum):
    """Where a delivery stands."""

    REQUESTED = "requested"
    READY = "ready"
    FAILED = "failed"


class Order(Written):
    """What is ordered, for which school year such as ``2022/2023``."""

    product: Literal["aggregate"]
    school_year: str


class Failure(Read):
    """Why a delivery failed."""

    code: str


class Delivery(Read):
    """A delivery; ``bundle_sha256`` is there when it is ready."""

    id: UUID
    status: DeliveryStatus
    failure: Failure | None
    bundle_sha256: str | None
