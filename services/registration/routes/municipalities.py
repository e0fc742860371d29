"""``/v1/municipalities``."""

from datetime import date
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Path
from pydantic import BaseModel, ConfigDict, Field, JsonValue

from libs.shared.auth.principal import Principal, Role
from libs.shared.base.clock import Clock, danish_date
from libs.shared.base.municipalities import municipality_name
from libs.shared.db.database import Database
from libs.shared.db.scope import Access, Scope
from libs.shared.events.outbox import Outbox
from libs.shared.values.codes import MunicipalityCode
from libs.shared.web.access import require
from libs.shared.web.pages import DEFAULT_PAGE_SIZE, Page, Pages, PageSize, PageToken
from services.registration.municipalities import queries
from services.registration.municipalities.use_cases import enable_imports, put_municipality

_EXAMPLE: dict[str, JsonValue] = {"status": "accepted"}


Reason = Literal["pilot", "transition", "correction"]
_Enabler = Annotated[Principal, Depends(require(Role.SECRETARIAT, Role.OPS))]


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


class ImportsIn(BaseModel):
    """Whether a municipality's files are taken whatever its status."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"reason": "pilot"}]})

    reason: Reason | None = Field(
        description="`pilot`: a trial; `transition`: files are brought over before the answer is registered; "
        "`correction`: a former participant corrects what it has sent. Null: by its status alone again."
    )


class MunicipalityListed(BaseModel):
    """A municipality, whether its files are taken, and why where it is not for its status."""

    model_config = ConfigDict(
        from_attributes=True,
        json_schema_extra={
            "examples": [
                {
                    "municipality_code": "101",
                    **_EXAMPLE,
                    "may_import": True,
                    "imports_enabled_reason": None,
                    "imports_enabled_on": None,
                }
            ]
        },
    )

    municipality_code: MunicipalityCode
    name: str
    status: Literal["invited", "accepted", "declined"]
    may_import: bool
    imports_enabled_reason: Reason | None
    imports_enabled_on: date | None


def municipalities_router(db: Database, outbox: Outbox, clock: Clock) -> APIRouter:
    """Municipalities, for the secretariat."""
    router = APIRouter(prefix="/v1/municipalities", tags=["municipalities"])

    @router.get("", summary="Municipalities, and whose files are taken")
    async def municipalities(
        caller: _Enabler, pages: Pages, page_size: PageSize = DEFAULT_PAGE_SIZE, page_token: PageToken = None
    ) -> Page[MunicipalityListed]:
        after = pages.read(page_token, "municipalities", (str,))
        async with db.read(Scope(access=Access.SECRETARIAT)) as session:
            rows = await queries.listed(session, after=str(after[0]) if after else "", size=page_size + 1)
        shown = [MunicipalityListed.model_validate(row) for row in rows[:page_size]]
        more = len(rows) > page_size
        token = pages.write("municipalities", [shown[-1].municipality_code]) if more else None
        return Page(items=shown, next_page_token=token)

    @router.put("/{municipality_code}/imports", summary="Take a municipality's files whatever its status")
    async def imports(
        municipality_code: Annotated[MunicipalityCode, Path()],
        body: ImportsIn,
        caller: _Enabler,
    ) -> MunicipalityListed:
        """The secretariat invites it first, if it is not known yet."""
        async with db.write(Scope.of(municipality_code, access=Access.SECRETARIAT)) as session:
            found = await enable_imports(
                session, outbox, code=municipality_code, reason=body.reason, today=danish_date(clock())
            )
        return MunicipalityListed.model_validate(found)

    @router.put("/{municipality_code}", summary="Invite a municipality, or say that it accepted or declined")
    async def put(
        municipality_code: Annotated[MunicipalityCode, Path()],
        body: MunicipalityIn,
        caller: Annotated[Principal, Depends(require(Role.SECRETARIAT))],
    ) -> MunicipalityOut:
        async with db.write(Scope.of(municipality_code, access=Access.SECRETARIAT)) as session:
            await put_municipality(session, outbox, code=municipality_code, status=body.status)
        name = municipality_name(municipality_code)
        return MunicipalityOut(municipality_code=municipality_code, name=name, status=body.status)

    return router
