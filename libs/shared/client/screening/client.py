"""Kept gross lists, assessments and decisions, as schools and resource teams use them."""

from collections.abc import AsyncIterator, Sequence
from datetime import date
from typing import TypeVar
from uuid import UUID

from libs.shared.client.caller import Caller
from libs.shared.client.screening import operations
from libs.shared.client.screening.models import (
    Answers,
    Assessment,
    AssessmentAsked,
    AssessmentListed,
    AssessmentVersion,
    Decision,
    DecisionListed,
    Designated,
    KeptList,
    KeptPupil,
    ListToKeep,
    Questions,
    ReversalAsked,
)

Changed = TypeVar("Changed")


class Screening:
    """The requests of one caller. Each raises ``Refused``, ``NotReached`` or ``AnswerUnknown``.

    A change reads what it changes first and sends its ``ETag``, so it is refused (412) only if somebody else changes it
    between the two requests.
    """

    def __init__(self, caller: Caller) -> None:
        self._caller = caller

    async def keep(self, wanted: ListToKeep) -> KeptList:
        """Keep a gross list as it is now."""
        return await self._caller.call(operations.KEEP, body=wanted)

    async def kept_lists(self, municipality: str, school_id: UUID | None = None) -> AsyncIterator[KeptList]:
        """The kept lists of a municipality or a school."""
        query = {"municipality": municipality, "school_id": school_id}
        async for each in self._caller.pages(operations.LIST_KEPT, query=query):
            yield each

    async def kept_list(self, kept_list_id: UUID) -> AsyncIterator[KeptPupil]:
        """The pupils of a kept list, as it was."""
        async for each in self._caller.pages(operations.SHOW_KEPT, {"kept_list_id": kept_list_id}):
            yield each

    async def questions(self, as_of: date) -> Questions:
        """The questions in force on a day."""
        return await self._caller.call(operations.QUESTIONS, query={"as_of": as_of.isoformat()})

    async def begin(self, asked: AssessmentAsked) -> Assessment:
        """Begin an assessment of a pupil or a group."""
        return await self._caller.call(operations.BEGIN, body=asked)

    async def assessments(
        self, municipality: str, school_id: UUID | None = None, *, status: str | None = None
    ) -> AsyncIterator[AssessmentListed]:
        """The assessments that the caller may see."""
        query = {"municipality": municipality, "school_id": school_id, "status": status}
        async for each in self._caller.pages(operations.LIST_ASSESSMENTS, query=query):
            yield each

    async def assessment(self, assessment_id: UUID) -> Assessment:
        """An assessment as it was last saved."""
        return await self._caller.call(operations.ASSESSMENT, {"assessment_id": assessment_id})

    async def save(self, assessment_id: UUID, answers: Answers) -> Assessment:
        """Save all answers as a new version."""
        values = {"assessment_id": assessment_id}
        return await self._caller.change(operations.SAVE, operations.ASSESSMENT, values, body=answers)

    async def versions(self, assessment_id: UUID) -> AsyncIterator[AssessmentVersion]:
        """The saved versions of an assessment."""
        async for each in self._caller.pages(operations.VERSIONS, {"assessment_id": assessment_id}):
            yield each

    async def decisions(
        self, municipality: str, school_id: UUID | None = None, *, is_reversed: bool | None = None
    ) -> AsyncIterator[DecisionListed]:
        """The decisions that the caller may see; those reversed alone, or those that stand."""
        chosen = None if is_reversed is None else str(is_reversed).lower()
        query = {"municipality": municipality, "school_id": school_id, "is_reversed": chosen}
        async for each in self._caller.pages(operations.LIST_DECISIONS, query=query):
            yield each

    async def decision(self, selection_id: UUID) -> Decision:
        """A decision as it is kept."""
        return await self._caller.call(operations.DECISION, {"selection_id": selection_id})

    async def designate(self, selection_id: UUID, pupil_ids: Sequence[UUID]) -> Decision:
        """Mark those of a decision who are likely to benefit, and take every other mark back."""
        values, asked = {"selection_id": selection_id}, Designated(pupil_ids=pupil_ids)
        return await self._caller.change(operations.DESIGNATE, operations.DECISION, values, body=asked)

    async def reverse(self, selection_id: UUID, on: date, reason: str) -> Decision:
        """Record that a decision no longer stands."""
        values, asked = {"selection_id": selection_id}, ReversalAsked(reversed_on=on, reason=reason)
        return await self._caller.change(operations.REVERSE, operations.DECISION, values, body=asked)
