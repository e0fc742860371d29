"""Judges pupils by the rule functions, with reasons."""

import asyncio
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Protocol
from uuid import UUID

from libs.shared.db.database import ReadSession
from libs.shared.rules.rule_sets import RuleSet
from libs.shared.rules.screening.gross_list import Screening, ScreeningResult
from services.registration.roster.identity.sealing import PupilVault
from services.registration.roster.names.use_cases import shown_names
from services.registration.screening.gross_list.domain import facts_of
from services.registration.screening.gross_list.queries import facts
from services.registration.screening.indicators import queries as indicators


class InGrade(Protocol):
    """A pupil whose grade on the day is known."""

    @property
    def pupil_id(self) -> UUID:
        """The pupil."""

    @property
    def grade(self) -> int:
        """The grade."""


async def screen_members(
    session: ReadSession, rule_set: RuleSet, found: Iterable[InGrade], as_of: date
) -> dict[UUID, ScreeningResult]:
    """Every pupil's verdicts on the day; the facts of all are read at once."""
    grades = {each.pupil_id: each.grade for each in found}
    ids = list(grades)
    absence = await facts.absence(session, ids, as_of)
    results = await indicators.results(session, ids, as_of)

    def judge() -> dict[UUID, ScreeningResult]:
        known = facts_of(as_of, grades, absence, results)
        screening = Screening(rule_set)
        return {pupil: screening.judge(each) for pupil, each in known.items()}

    # In a thread: a large school takes a tenth of a second, and other requests and probes must be answered meanwhile.
    return await asyncio.to_thread(judge)


async def names_of(session: ReadSession, vault: PupilVault, pupil_ids: Iterable[UUID]) -> Mapping[UUID, str | None]:
    """The name of each of these pupils; None if it is protected."""
    shown = await shown_names(session, vault, pupil_ids)
    return {pupil_id: each.name for pupil_id, each in shown.items()}
