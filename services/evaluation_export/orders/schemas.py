"""Bodies of ``/v1/deliveries``, with examples."""

from datetime import datetime
from enum import StrEnum
from typing import Any, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from libs.shared.rules.wording import Text
from services.evaluation_export.orders.domain import DeliveryState, Status
from services.evaluation_export.orders.errors import failure_of
from services.evaluation_export.products.offered import OFFERED
from services.evaluation_export.products.parameters import answer_with, order_with

Product = StrEnum("Product", {product.name.upper(): product.name for product in OFFERED})  # type: ignore[misc] # mypy wants the members in the source; these are the products that are offered
Product.__doc__ = " ".join(("What can be ordered.", *(f"``{each.name}``: {each.summary}." for each in OFFERED)))


_SHA256 = "5891b5b522d5df086d0ff0b110fbd9d21bb4fc7163af34d08286a2e846f6be03"
_PARAMETERS = [product.parameters for product in OFFERED]
_ORDER: dict[str, Any] = {"product": OFFERED[0].name, **{each.name: each.example for each in OFFERED[0].parameters}}
_DELIVERY: dict[str, Any] = {
    "id": "0b0f5d8c-6e0c-4b0e-9c39-0b3f0f6f2d11",
    **_ORDER,
    "status": "ready",
    "failure": None,
    "requested_at": "2023-08-01T08:00:00Z",
    "finished_at": "2023-08-01T08:00:05Z",
    "bundle_sha256": _SHA256,
    "files": [{"name": "data/absence.csv", "bytes": 4711, "sha256": _SHA256}],
}


class OrderFields(BaseModel):
    """An order of any product; its other fields are the parameters of the products."""

    product: str = Field(max_length=50, description=" ".join(f"`{each.name}`: {each.summary}." for each in OFFERED))

    @property
    def parameters(self) -> dict[str, Any]:
        """The parameters by name; None for one that was left out."""
        return self.model_dump(mode="json", exclude={"product"})


class OrderIn(order_with(OrderFields, _PARAMETERS)):  # type: ignore[misc] # mypy wants the fields in the source; these are declared by the products
    """What is ordered / det, der bestilles."""

    model_config = ConfigDict(title="DeliveryOrder", extra="forbid", json_schema_extra={"examples": [_ORDER]})


class FileOut(BaseModel):
    """A file of a bundle / en fil i en leverance."""

    model_config = ConfigDict(title="DeliveryFile", from_attributes=True)

    name: str
    bytes: int
    sha256: str


class FailureOut(BaseModel):
    """Why there is no bundle / hvorfor der ingen leverance er."""

    model_config = ConfigDict(title="DeliveryFailure")

    code: str
    messages: Text


class DeliveryFields(BaseModel):
    """The delivery of any product; the parameters of the products are further fields."""

    id: UUID
    product: Product


class DeliveryOut(answer_with(DeliveryFields, _PARAMETERS)):  # type: ignore[misc] # as above
    """A delivery and how far it is / en leverance og dens tilstand."""

    model_config = ConfigDict(title="Delivery", json_schema_extra={"examples": [_DELIVERY]})

    status: Status = Field(description="`requested` until it is built, then `ready` or `failed`.")
    failure: FailureOut | None
    requested_at: datetime
    finished_at: datetime | None
    bundle_sha256: str | None = Field(description="SHA-256 of the bundle, hex; null until it is ready.")
    files: list[FileOut]

    @classmethod
    def of(cls, state: DeliveryState) -> Self:
        """The answer for a delivery."""
        failure = None
        if state.status is Status.FAILED:
            why = failure_of(state.product, state.failure)
            failure = FailureOut(code=why.code, messages=Text(**why.messages))
        return cls(
            id=state.id,
            product=Product(state.product),
            **state.parameters,
            status=state.status,
            failure=failure,
            requested_at=state.requested_at,
            finished_at=state.finished_at,
            bundle_sha256=state.bundle_sha256,
            files=[FileOut.model_validate(file) for file in state.files],
        )
