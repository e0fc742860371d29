"""Keeps a school's rules, and applies them to its classes whose kind nobody has said."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime

from libs.shared.auth.principal import Principal
from libs.shared.db.database import ReadSession, WriteSession
from services.registration.roster.class_kinds import queries
from services.registration.roster.class_kinds.domain import KindRule
from services.registration.roster.lock import lock_roster
from services.registration.roster.schools import queries as schools
from services.registration.roster.schools.errors import SchoolNotFound

Apply = Callable[[WriteSession, str, str, Sequence[KindRule]], Awaitable[None]]
"""Gives the classes of a municipality's school whose kind nobody has said the kind by these rules."""


async def rules_of(session: ReadSession, caller: Principal, code: str, number: str) -> Sequence[KindRule] | None:
    """The school's rules, if there are any and the school is one of the caller's."""
    if not caller.serves(code, number):
        return None
    return (await queries.of_schools(session, code, [number])).get(number)


async def begin(session: WriteSession, caller: Principal, code: str, number: str) -> None:
    """Lock the roster for a change of the school's rules. Raises ``SchoolNotFound`` for another's school."""
    if not caller.serves(code, number) or number not in await schools.ids(session, code, [number]):
        raise SchoolNotFound
    await lock_roster(session, code)


async def put_rules(
    session: WriteSession, apply: Apply, code: str, number: str, rules: Sequence[KindRule], *, now: datetime
) -> None:
    """Replace the rules and apply them, under the lock of ``begin``."""
    await queries.put(session, code, number, rules, now)
    await apply(session, code, number, rules)


async def delete_rules(session: WriteSession, apply: Apply, code: str, number: str) -> None:
    """Delete the rules: what they said is unknown again. Under the lock of ``begin``."""
    await queries.delete(session, code, number)
    await apply(session, code, number, ())
