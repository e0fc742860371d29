"""Initiatives as their callers use them."""

from collections.abc import AsyncIterator, Sequence
from datetime import date
from typing import Literal, TypeVar
from uuid import UUID

from libs.shared.client.caller import Caller
from libs.shared.client.initiatives.models import (
    Allocation,
    AllocationAsked,
    AnswerAsked,
    Correction,
    Entry,
    Initiative,
    InitiativeAsked,
    InMunicipality,
    InvitationsAsked,
    Part,
    PassOn,
    RoleInEvaluation,
    Share,
    SharesAsked,
    ShareStored,
    Step,
)
from libs.shared.client.initiatives.operations import (
    ALLOCATE,
    ANSWER,
    CLOSE,
    CORRECT,
    CREATE,
    ENTRY,
    INVITE,
    LOAD_SHARES,
    MUNICIPALITIES,
    MUNICIPALITY,
    PARTS,
    PASS_ON,
    READ,
    RELEASE_ADDITION,
    ROLES,
    SHARES,
    STEPS,
)

Answer = TypeVar("Answer")


class Initiatives:
    """The requests of one caller. Each raises ``Refused``, ``NotReached`` or ``AnswerUnknown``.

    A change reads what it changes first and sends its ``ETag``, so it is refused (412) only if somebody else changes it
    between the two requests.
    """

    def __init__(self, caller: Caller) -> None:
        self._caller = caller

    async def create(self, initiative: InitiativeAsked) -> Initiative:
        """Create an initiative."""
        return await self._caller.call(CREATE, body=initiative)

    async def initiative(self, initiative_id: UUID) -> Initiative:
        """An initiative."""
        return await self._caller.call(READ, {"initiative_id": initiative_id})

    async def load_shares(self, initiative_id: UUID, shares: Sequence[Share]) -> Initiative:
        """Replace the shares of an initiative."""
        in_order = sorted(shares, key=lambda each: each.municipality_code)
        return await self._caller.change(
            LOAD_SHARES, READ, {"initiative_id": initiative_id}, body=SharesAsked(shares=in_order)
        )

    async def shares(self, initiative_id: UUID) -> AsyncIterator[ShareStored]:
        """The shares of an initiative, by municipality."""
        async for each in self._caller.pages(SHARES, {"initiative_id": initiative_id}):
            yield each

    async def invite(self, initiative_id: UUID, asked: InvitationsAsked) -> list[str]:
        """Invite municipalities; returns their codes."""
        return (
            await self._caller.change(INVITE, READ, {"initiative_id": initiative_id}, body=asked)
        ).municipality_codes

    async def municipality(self, initiative_id: UUID, code: str) -> InMunicipality:
        """A municipality in the initiative."""
        return await self._caller.call(MUNICIPALITY, _in(initiative_id, code))

    async def municipalities(self, initiative_id: UUID) -> AsyncIterator[InMunicipality]:
        """The municipalities that are invited, as far as the caller sees them."""
        async for each in self._caller.pages(MUNICIPALITIES, {"initiative_id": initiative_id}):
            yield each

    async def answer(
        self,
        initiative_id: UUID,
        code: str,
        answer: Literal["accepted", "declined"],
        decided_on: date,
        reason: str | None = None,
    ) -> InMunicipality:
        """Accept or decline for a municipality."""
        asked = AnswerAsked(answer=answer, decided_on=decided_on, reason=reason)
        return await self._caller.change(ANSWER, MUNICIPALITY, _in(initiative_id, code), body=asked)

    async def allocate(
        self, initiative_id: UUID, reason: str | None = None, *, leave_out_unanswered: bool = False
    ) -> Allocation:
        """Divide the pool."""
        asked = AllocationAsked(reason=reason, leave_out_unanswered=leave_out_unanswered)
        return await self._caller.change(ALLOCATE, READ, {"initiative_id": initiative_id}, body=asked)

    async def parts(self, initiative_id: UUID, number: int) -> AsyncIterator[Part]:
        """The parts of a division."""
        async for each in self._caller.pages(PARTS, {"initiative_id": initiative_id, "number": number}):
            yield each

    async def release_addition(self, initiative_id: UUID, code: str) -> InMunicipality:
        """Release what a later allocation added to a released grant."""
        return await self._caller.change(RELEASE_ADDITION, MUNICIPALITY, _in(initiative_id, code))

    async def roles(self, initiative_id: UUID, role: str | None = None) -> AsyncIterator[RoleInEvaluation]:
        """The roles of the municipalities in the evaluation."""
        async for each in self._caller.pages(ROLES, {"initiative_id": initiative_id}, query={"role": role}):
            yield each

    async def pass_on(self, initiative_id: UUID, code: str, given: PassOn) -> Entry:
        """Enter what a school is given."""
        return await self._caller.call(PASS_ON, _in(initiative_id, code), body=given)

    async def correct(self, initiative_id: UUID, code: str, entry_id: UUID, correction: Correction) -> Entry:
        """Correct what a school was given."""
        return await self._caller.change(
            CORRECT, ENTRY, {**_in(initiative_id, code), "entry_id": entry_id}, body=correction
        )

    async def steps(self, initiative_id: UUID, municipality: str | None = None) -> AsyncIterator[Step]:
        """The history, as far as the caller sees it."""
        query = {"municipality": municipality}
        async for each in self._caller.pages(STEPS, {"initiative_id": initiative_id}, query=query):
            yield each

    async def close(self, initiative_id: UUID) -> Initiative:
        """Close an initiative."""
        return await self._caller.change(CLOSE, READ, {"initiative_id": initiative_id})


def _in(initiative_id: UUID, code: str) -> dict[str, object]:
    return {"initiative_id": initiative_id, "municipality_code": code}
