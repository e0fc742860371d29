"""``/v1/schools/{school_id}/gross-list``."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query

from libs.shared.base.clock import Clock, danish_date
from libs.shared.base.date_window import Day
from libs.shared.db.database import Database
from libs.shared.db.scope import scope_of
from services.registration.access import SchoolStaff
from services.registration.roster.identity.sealing import PupilVault
from services.registration.screening.gross_list.schemas import GrossListItem, GrossListOut
from services.registration.screening.gross_list.use_cases import gross_list


def screening_router(db: Database, vault: PupilVault, clock: Clock) -> APIRouter:
    """The gross list, for the school and the resource team: it shows names."""
    router = APIRouter(prefix="/v1/schools", tags=["screening"])

    @router.get("/{school_id}/gross-list", summary="The pupils whom at least one screening rule flags, with reasons")
    async def school_gross_list(
        school_id: UUID,
        caller: SchoolStaff,
        as_of: Annotated[Day | None, Query(description="The day of the screening; today if not given.")] = None,
    ) -> GrossListOut:
        today = danish_date(clock())
        day = as_of or today
        async with db.read(scope_of(caller)) as session:
            found = await gross_list(session, vault, caller, school_id, day, today=today)
        return GrossListOut(
            school_id=school_id,
            as_of=day,
            rule_set=found.rule_set,
            version=found.version,
            screened=found.screened,
            not_shown=found.not_shown,
            flagged=len(found.items),
            outcomes=found.outcomes,
            items=[
                GrossListItem(
                    pupil_id=each.member.pupil_id,
                    name=each.name,
                    class_id=each.member.class_id,
                    class_name=each.member.class_name,
                    grade=each.member.grade,
                    verdicts=list(each.verdicts),
                )
                for each in found.items
            ],
        )

    return router
