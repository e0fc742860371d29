"""``/v1/municipalities``."""

from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Path
from pydantic import BaseModel, ConfigDict, Field, JsonValue

from libs.shared.auth.principal import Principal, Role
from libs.shared.base.municipalities import municipality_name
from libs.shared.contracts.state import MunicipalityCode
from libs.shared.db.database import Database
from libs.shared.db.scope import Access, Scope
from libs.shared.delivery.outbox import Outbox
from libs.shared.web.access import require
from services.registration.municipalities.use_cases import put_municipality

_EXAMPLE: dict[str, JsonValue] = {"status": "accepted"}


class MunicipalityIn(BaseModel):
    """What the secretariat says of a municipality; its name is the official one."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [_EXAMPLE]})

    status: Literal["invited", "accepted", "declined"] = Field(description="Whether it takes part.")


class MunicipalityOut(BaseModel):
    """A municipality."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"municipality_code": "101", "name": "København", **_EXAMPLE}]}
    )

    municipality_code: MunicipalityCode
    name: str
    status: Literal["invited", "accepted", "declined"]


def municipalities_router(db: Database, outbox: Outbox) -> APIRouter:
    """Municipalities, for the secretariat."""
    router = APIRouter(prefix="/v1/municipalities", tags=["municipalities"])

    @router.put("/{municipality_code}", summary="Invite a municipality, or say that it accepted or declined")
    async def put(
        municipality_code: Annotated[str, Path(pattern="^[0-9]{3}$", examples=["101"])],
        body: MunicipalityIn,
        caller: Annotated[Principal, Depends(require(Role.SECRETARIAT))],
    ) -> MunicipalityOut:
        async with db.write(Scope.of(municipality_code, access=Access.SECRETARIAT)) as session:
            await put_municipality(session, outbox, code=municipality_code, status=body.status)
        name = municipality_name(municipality_code)
        return MunicipalityOut(municipality_code=municipality_code, name=name, status=body.status)

    return router
