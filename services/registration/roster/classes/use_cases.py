"""Imports classes, and lists those of a school."""

from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple
from uuid import UUID

from libs.shared.auth.principal import Principal
from libs.shared.contracts.registration import ClassChanged
from libs.shared.db.database import ReadSession, WriteSession
from libs.shared.db.order import Order
from libs.shared.db.order import Place as ListPlace
from libs.shared.events.outbox import Outbox
from libs.shared.events.republishing import Place
from libs.shared.files.kinds.vocabulary import UNKNOWN
from libs.shared.imports.batch import Batch, BatchResult, Judged, Refusal
from services.registration.access import own_school
from services.registration.roster.class_kinds import queries as class_kinds
from services.registration.roster.class_kinds.domain import UNKNOWN as UNKNOWN_KIND
from services.registration.roster.class_kinds.domain import KindRule, kind_of
from services.registration.roster.classes import queries
from services.registration.roster.classes.domain import Chosen
from services.registration.roster.classes.events import class_changed
from services.registration.roster.classes.queries import ClassKey, ClassRecord, GivenClass, ListedClass
from services.registration.roster.lock import lock_roster
from services.registration.roster.schools import queries as schools
from services.registration.roster.schools.errors import SchoolNotFound


class _Row(NamedTuple):
    institution_number: str
    school_year: str
    name: str
    grade: int
    kind: str
    line: str | None


@dataclass(frozen=True, slots=True)
class ClassImport:
    """Imports classes. When a class changes grade, its pupils' events, which contain the grade, are written again."""

    outbox: Outbox
    publish_members: Callable[[WriteSession, Iterable[UUID]], Awaitable[None]]
    """Writes an event for each pupil who is or has been in one of the classes."""

    async def lock(self, session: WriteSession, batch: Batch) -> None:
        """Lock the municipality's roster."""
        await lock_roster(session, batch.municipality_code)

    async def judge(self, session: WriteSession, batch: Batch) -> Judged[list[GivenClass]]:
        """The plan is the classes that are new or changed."""
        rows = list(batch.rows(_Row))
        school_ids = await schools.ids(session, batch.municipality_code, batch.columns["institution_number"])
        known = [row for row in rows if row.institution_number in school_ids]
        keys = [(school_ids[row.institution_number], row.school_year, row.name) for row in known]
        stored = await queries.stored(session, keys)
        unsaid = {row.institution_number for row in known if row.kind == UNKNOWN_KIND}
        rules = await class_kinds.of_schools(session, batch.municipality_code, unsaid)
        wanted = [
            _wanted(key[0], row, stored.get(key), rules.get(row.institution_number, ()))
            for key, row in zip(keys, known, strict=True)
        ]
        changed = [each for key, each in zip(keys, wanted, strict=True) if stored.get(key) != each]
        refused = [
            Refusal(index, UNKNOWN, "institution_number")
            for index, row in enumerate(rows)
            if row.institution_number not in school_ids
        ]
        result = BatchResult(accepted=len(changed), unchanged=len(known) - len(changed), refused=refused)
        return Judged(result, changed)

    async def write(self, session: WriteSession, batch: Batch, judged: Judged[list[GivenClass]]) -> None:
        """Write the classes with an event for each, and an event for each pupil of a class whose grade changed."""
        rows = judged.plan
        changed, regraded = await queries.upsert(session, batch.municipality_code, rows)
        await self.outbox.add(session, [class_changed(row) for row in changed])
        await self.publish_members(session, regraded)


def _wanted(school_id: UUID, row: _Row, stored: GivenClass | None, rules: Sequence[KindRule]) -> GivenClass:
    """The class as it is to be stored. What is unknown in the file never overwrites what is known."""
    line = row.line or (stored.line if stored else None)
    kind, given = row.kind, row.kind != UNKNOWN_KIND
    if not given and stored is not None and stored.kind_given:
        kind, given = stored.kind, True
    elif not given:
        kind = kind_of(rules, row.name, line)
    return GivenClass(school_id, row.school_year, row.name, row.grade, kind, given, line)


async def apply_rules(
    session: WriteSession, code: str, number: str, rules: Sequence[KindRule], *, outbox: Outbox
) -> None:
    """Give the school's classes whose kind nobody has said the kind by these rules, with an event for each that
    changes. The roster is locked.
    """
    unsaid = await queries.open_kinds(session, code, number)
    kinds = {each.class_id: kind_of(rules, each.name, each.line) for each in unsaid}
    other = {each.class_id: kinds[each.class_id] for each in unsaid if kinds[each.class_id] != each.kind}
    changed = await queries.set_kinds(session, other)
    await outbox.add(session, [class_changed(row) for row in changed])


async def classes_of(
    session: ReadSession,
    caller: Principal,
    school_id: UUID,
    *,
    school_year: str | None,
    kind: str | None,
    order: Order,
    after: ListPlace | None,
    size: int,
) -> list[ClassRecord]:
    """At most ``size`` of the classes of one of the caller's schools, after that place. Raises ``SchoolNotFound``."""
    school = own_school(caller, await schools.one(session, school_id), SchoolNotFound)
    return await queries.of_school(
        session, school.school_id, school_year=school_year, kind=kind, order=order, after=after, size=size
    )


async def classes_of_municipality(
    session: ReadSession, code: str, chosen: Chosen, *, order: Order, after: ListPlace | None, size: int
) -> list[ListedClass]:
    """At most ``size`` of the municipality's classes after that place."""
    return await queries.of_municipality(session, code, chosen, order=order, after=after, size=size)


async def get_class(session: ReadSession, caller: Principal, code: str, key: ClassKey) -> ClassRecord | None:
    """The municipality's class with this key, if the caller is shown it."""
    return await queries.one(session, code, key) if caller.serves(code, key[0]) else None


async def states(session: WriteSession, code: str, after: Place | None, size: int) -> list[ClassChanged]:
    """The states of the municipality's classes by id, their rows locked."""
    return [class_changed(row) for row in await queries.locked_page(session, code, after, size)]
