"""Who a pupil is, as the municipality's staff decides it."""

from collections.abc import AsyncIterator, Sequence
from typing import Literal, TypeVar
from uuid import UUID

from libs.shared.client.caller import Caller
from libs.shared.client.operations import Operation, Page
from libs.shared.client.pupils import operations
from libs.shared.client.pupils.models import (
    Divided,
    History,
    IdentityCase,
    IdentityDecided,
    IdentityDecision,
    MembershipConflict,
    MembershipDecided,
    MembershipDecision,
    MergeAsked,
    PupilConflict,
    PupilRecords,
    RecordGoes,
    SplitAsked,
    StayNamed,
)

Found = TypeVar("Found")


class Pupils:
    """The requests of one caller. Each raises ``Refused``, ``NotReached`` or ``AnswerUnknown``.

    A change reads what it changes first and sends its ``ETag``, so it is refused (412) only if somebody else changes it
    between the two requests.
    """

    def __init__(self, caller: Caller) -> None:
        self._caller = caller

    async def history(self, pupil_id: UUID) -> History:
        """A pupil's identifiers, stays, merges and splits; a former id gives the pupil to whom it belongs now."""
        return await self._caller.call(operations.HISTORY, {"pupil_id": pupil_id})

    async def merge(self, pupil_id: UUID, merged_pupil_id: UUID, *, confirm_two_numbers: bool = False) -> History:
        """Record that two pupils are one child: all of the other one becomes the first one's."""
        values = {"pupil_id": pupil_id}
        asked = MergeAsked(merged_pupil_id=merged_pupil_id, confirm_two_numbers=confirm_two_numbers)
        return await self._caller.change(operations.MERGE, operations.HISTORY, values, body=asked)

    async def records(self, pupil_id: UUID) -> PupilRecords:
        """A pupil's decisions, answers and enrolments, which a split may name."""
        return await self._caller.call(operations.RECORDS, {"pupil_id": pupil_id})

    async def split(
        self,
        pupil_id: UUID,
        name: str,
        stays: Sequence[StayNamed],
        identifier_ids: Sequence[UUID],
        records: Sequence[RecordGoes] = (),
    ) -> Divided:
        """Record that one pupil is two children: these stays and identifiers become those of a new pupil, and each
        of ``records`` goes where it says.
        """
        values = {"pupil_id": pupil_id}
        asked = SplitAsked(name=name, stays=stays, identifier_ids=identifier_ids, records=records)
        return await self._caller.change(operations.SPLIT, operations.HISTORY, values, body=asked)

    async def pupil_conflicts(self, municipality: str, *, open_only: bool = True) -> AsyncIterator[PupilConflict]:
        """Rows whose identifiers contradict what is known, those that were not dismissed or all."""
        async for each in self._conflicts(operations.CONFLICTS_OF_PUPILS, municipality, open_only=open_only):
            yield each

    async def dismiss(self, conflict_id: UUID) -> PupilConflict:
        """Take a conflict from the list; its rows stay refused."""
        values = {"conflict_id": conflict_id}
        return await self._caller.change(operations.DISMISS, operations.PUPIL_CONFLICT, values)

    async def membership_conflicts(
        self, municipality: str, *, open_only: bool = True
    ) -> AsyncIterator[MembershipConflict]:
        """Pupils whom two schools claim for the same days: those to be decided about, or all."""
        async for each in self._conflicts(operations.CONFLICTS_OF_MEMBERSHIPS, municipality, open_only=open_only):
            yield each

    async def decide_membership(self, conflict_id: UUID, institution_number: str) -> MembershipDecision:
        """Record at which of the two schools the pupil is."""
        values = {"conflict_id": conflict_id}
        asked = MembershipDecided(institution_number=institution_number)
        return await self._caller.change(
            operations.DECIDE_MEMBERSHIP, operations.MEMBERSHIP_CONFLICT, values, body=asked
        )

    async def identity_cases(self, municipality: str) -> AsyncIterator[IdentityCase]:
        """Pupils with whose id another name came."""
        async for each in self._caller.pages(operations.IDENTITY_CASES, query={"municipality": municipality}):
            yield each

    async def decide_identity(
        self, case_id: UUID, decision: Literal["same_pupil", "another_pupil"]
    ) -> IdentityDecision:
        """Record whether the two names are one child's."""
        asked = IdentityDecided(decision=decision)
        return await self._caller.call(operations.DECIDE_IDENTITY, {"case_id": case_id}, body=asked)

    async def _conflicts(
        self, operation: Operation[Page[Found]], municipality: str, *, open_only: bool
    ) -> AsyncIterator[Found]:
        query = {"municipality": municipality, "open_only": str(open_only).lower()}
        async for each in self._caller.pages(operation, query=query):
            yield each
