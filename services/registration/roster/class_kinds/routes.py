"""``/v1/class-kind-rules`` by institution number."""

from typing import Annotated

from fastapi import APIRouter, Path, Query, Response, status

from libs.shared.base.clock import Clock
from libs.shared.db.database import Database
from libs.shared.db.scope import Scope, scope_of
from libs.shared.values.codes import InstitutionNumber, MunicipalityCode
from libs.shared.web.preconditions import ETAG, IfMatch, IfNew, etag_of, require_match
from services.registration.access import Integration, RosterReader, require_municipality
from services.registration.roster.class_kinds import use_cases
from services.registration.roster.class_kinds.errors import ClassKindRulesNotFound
from services.registration.roster.class_kinds.schemas import ClassKindRulesIn, ClassKindRulesOut
from services.registration.roster.class_kinds.use_cases import Apply

_ADDRESS = "/{institution_number}"
_Number = Annotated[InstitutionNumber, Path(description="The school's institution number.")]
_Municipality = Annotated[MunicipalityCode, Query(description="The municipality's code.")]


def class_kinds_router(db: Database, apply: Apply, clock: Clock) -> APIRouter:
    """A school's rules for the kind of its classes."""
    router = APIRouter(prefix="/v1/class-kind-rules", tags=["classes"])

    @router.get(_ADDRESS, summary="A school's rules for the kind of its classes", responses={200: ETAG})
    async def rules(
        *, institution_number: _Number, municipality: _Municipality, caller: RosterReader, response: Response
    ) -> ClassKindRulesOut:
        require_municipality(caller, municipality, pointer="/query/municipality")
        async with db.read(scope_of(caller)) as session:
            found = await use_cases.rules_of(session, caller, municipality, institution_number)
        if found is None:
            raise ClassKindRulesNotFound
        shown = ClassKindRulesOut.of(institution_number, found)
        response.headers["ETag"] = etag_of(shown)
        return shown

    @router.put(
        _ADDRESS,
        summary="Create or replace a school's rules for the kind of its classes",
        responses={200: ETAG, 201: {**ETAG, "model": ClassKindRulesOut, "description": "Created."}},
    )
    async def put_rules(
        *,
        institution_number: _Number,
        municipality: _Municipality,
        body: ClassKindRulesIn,
        caller: Integration,
        response: Response,
        if_match: IfMatch = None,
        if_none_match: IfNew = None,
    ) -> ClassKindRulesOut:
        """They decide the kind of classes of which no file and nobody has said it, as those of SkoleGrunddata: of those
        that are there, at once, and of those in later files. What a file or somebody has said they never change.
        """
        require_municipality(caller, municipality, pointer="/query/municipality")
        given = body.of_domain()
        async with db.write(Scope.of(municipality)) as session:
            await use_cases.begin(session, caller, municipality, institution_number)
            before = await use_cases.rules_of(session, caller, municipality, institution_number)
            shown_before = None if before is None else ClassKindRulesOut.of(institution_number, before)
            require_match(shown_before, if_match, if_none_match)
            await use_cases.put_rules(session, apply, municipality, institution_number, given, now=clock())
        shown = ClassKindRulesOut.of(institution_number, given)
        response.status_code = status.HTTP_201_CREATED if before is None else status.HTTP_200_OK
        response.headers["ETag"] = etag_of(shown)
        return shown

    @router.delete(_ADDRESS, summary="Delete a school's rules", status_code=status.HTTP_204_NO_CONTENT)
    async def delete_rules(
        *, institution_number: _Number, municipality: _Municipality, caller: Integration, if_match: IfMatch = None
    ) -> None:
        """The kind of a class that followed from them is unknown again."""
        require_municipality(caller, municipality, pointer="/query/municipality")
        async with db.write(Scope.of(municipality)) as session:
            await use_cases.begin(session, caller, municipality, institution_number)
            before = await use_cases.rules_of(session, caller, municipality, institution_number)
            if before is None:
                raise ClassKindRulesNotFound
            require_match(ClassKindRulesOut.of(institution_number, before), if_match, None)
            await use_cases.delete_rules(session, apply, municipality, institution_number)

    return router
