"""Screens a school's pupils, and makes its gross list."""

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from libs.shared.auth.principal import Principal
from libs.shared.db.database import ReadSession
from libs.shared.rules.rule_sets import RuleSet, read_rules
from libs.shared.rules.screening.gross_list import FAMILY, ScreeningResult, screen
from libs.shared.rules.screening.settings import ScreeningSettings
from libs.shared.rules.verdicts import ScreeningOutcome, ScreeningVerdict
from services.registration.access import own_school
from services.registration.copies.catalog.use_cases import rule_set_for
from services.registration.roster.identity.sealing import PupilVault, Sealed
from services.registration.roster.members import queries as members
from services.registration.roster.members.queries import Member
from services.registration.roster.members.use_cases import shown_pupils
from services.registration.roster.pupils.queries import pupils
from services.registration.roster.schools import queries as schools
from services.registration.roster.schools.errors import SchoolNotFound
from services.registration.screening.gross_list import queries
from services.registration.screening.gross_list.domain import facts_of
from services.registration.screening.indicators import queries as indicators


@dataclass(frozen=True, slots=True)
class Flagged:
    """A pupil on the gross list, with every verdict: the flags, and the unknown ones."""

    member: Member
    name: str
    verdicts: tuple[ScreeningVerdict, ...]


@dataclass(frozen=True, slots=True)
class GrossList:
    """A school's gross list on a day. ``outcomes`` counts pupils by rule and outcome, of all ``screened``.

    ``not_shown`` is the number of pupils who were also there on the day but are not judged for this caller.
    """

    rule_set: str
    version: int
    screened: int
    not_shown: int
    outcomes: dict[str, dict[ScreeningOutcome, int]]
    items: list[Flagged]


async def screen_members(
    session: ReadSession, rule_set: RuleSet, found: Iterable[Member], as_of: date
) -> dict[UUID, ScreeningResult]:
    """Every member's verdicts on the day; the facts of all are read at once."""
    grades = {each.pupil_id: each.grade for each in found}
    ids = list(grades)
    absence = await queries.absence(session, ids, as_of)
    results = await indicators.results(session, ids, as_of)

    def judge() -> dict[UUID, ScreeningResult]:
        facts = facts_of(as_of, grades, absence, results)
        rules = read_rules(rule_set, ScreeningSettings)
        return {pupil: screen(rules, facts[pupil]) for pupil in facts}

    # In a thread: a large school takes some tenths of a second, and other requests and probes must be answered
    # meanwhile.
    return await asyncio.to_thread(judge)


async def gross_list(
    session: ReadSession, vault: PupilVault, caller: Principal, school_id: UUID, as_of: date, *, today: date
) -> GrossList:
    """Screen all pupils at the school on the day whom the caller may see today. Only the names of flagged pupils are
    decrypted.

    Raises ``SchoolNotFound``, ``RuleSetNotReceived`` and ``RuleSetNotInForce``.
    """
    own_school(caller, await schools.one(session, school_id), SchoolNotFound)
    rule_set = await rule_set_for(session, FAMILY, as_of)
    there = await members.members(session, school_id, as_of)
    shown = await shown_pupils(session, caller, there, today)
    found = {pupil: member for pupil, member in there.items() if pupil in shown}
    results = await screen_members(session, rule_set, found.values(), as_of)
    flagged = {pupil: result for pupil, result in results.items() if result.on_gross_list}
    records = await pupils.records(session, flagged)
    items = [
        Flagged(found[pupil], vault.open(pupil, Sealed.NAME, records[pupil].name), result.verdicts)
        for pupil, result in flagged.items()
    ]
    return GrossList(
        rule_set=rule_set.name,
        version=rule_set.version,
        screened=len(results),
        not_shown=len(there) - len(found),
        outcomes=_counted(results.values()),
        items=sorted(items, key=lambda each: (each.member.grade, each.member.class_name, each.name)),
    )


def _counted(results: Iterable[ScreeningResult]) -> dict[str, dict[ScreeningOutcome, int]]:
    counts: dict[str, dict[ScreeningOutcome, int]] = {}
    for result in results:
        for verdict in result.verdicts:
            of_rule = counts.setdefault(verdict.rule_id, dict.fromkeys(ScreeningOutcome, 0))
            of_rule[verdict.outcome] += 1
    return counts
