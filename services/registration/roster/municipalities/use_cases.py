"""The secretariat's use cases about municipalities."""

from dataclasses import replace
from datetime import date

from libs.shared.base.municipalities import municipality_name
from libs.shared.contracts.registration import MunicipalityChanged
from libs.shared.db.database import ReadSession, WriteSession
from libs.shared.db.locks import Lock, hold_in_transaction
from libs.shared.db.order import Order
from libs.shared.db.order import Place as ListPlace
from libs.shared.events.outbox import Outbox
from libs.shared.events.republishing import Place
from services.registration.roster.municipalities import queries
from services.registration.roster.municipalities.errors import StatusFromInitiative
from services.registration.roster.municipalities.events import municipality_changed
from services.registration.roster.municipalities.queries import MunicipalityRecord, Standing

_SECRETARIAT, _INITIATIVE = "secretariat", "initiative"
_NOT_INVITED = "not_invited"


async def list_municipalities(
    session: ReadSession, *, status: str | None, order: Order, after: ListPlace | None, size: int
) -> list[MunicipalityRecord]:
    """At most ``size`` municipalities after that place, with whether their files are accepted."""
    return await queries.listed(session, status=status, order=order, after=after, size=size)


async def get_municipality(session: ReadSession, code: str) -> MunicipalityRecord | None:
    """The municipality, if it was ever invited."""
    return await queries.one(session, code)


async def locked_municipality(session: WriteSession, code: str) -> MunicipalityRecord | None:
    """The same; nobody else creates or changes it until the transaction ends."""
    await hold_in_transaction(session, Lock.MUNICIPALITY, code)
    return await queries.one(session, code)


async def put_municipality(session: WriteSession, outbox: Outbox, *, code: str, status: str) -> bool:
    """Create or change a municipality; True if anything changed. If nothing differs, nothing is written and no event is
    added.

    Its name is the official one. Raises ``StatusFromInitiative`` for another status than its answers in initiatives
    give.
    """
    known = await _standing(session, code)
    if known is not None and known.status_from == _INITIATIVE and known.status != _NOT_INVITED:
        if known.status != status:
            raise StatusFromInitiative(pointer="/status")
        return False
    comparison = known is not None and known.comparison and status != "accepted"
    return await _put(session, outbox, code, Standing(status, _SECRETARIAT, comparison))


async def put_by_initiative(session: WriteSession, outbox: Outbox, *, code: str, status: str, comparison: bool) -> bool:
    """Write whether a municipality takes part, by its answers in initiatives, and whether the evaluation compares with
    it; True if anything changed. While it has not answered, a municipality that takes part already goes on.
    """
    known = await _standing(session, code)
    if status == "invited" and known is not None and known.status == "accepted":
        status = "accepted"
    return await _put(session, outbox, code, Standing(status, _INITIATIVE, comparison))


async def put_comparison(session: WriteSession, outbox: Outbox, *, code: str, comparison: bool) -> bool:
    """Write whether the evaluation compares with a municipality that was never invited; True if anything changed. One
    that takes part without an initiative is not compared with.
    """
    known = await _standing(session, code)
    if known is None and not comparison:
        return False
    standing = known or Standing(_NOT_INVITED, _INITIATIVE)
    return await _put(session, outbox, code, replace(standing, comparison=comparison and standing.status != "accepted"))


async def _standing(session: WriteSession, code: str) -> Standing | None:
    await hold_in_transaction(session, Lock.MUNICIPALITY, code)
    return await queries.standing_locked(session, code)


async def _put(session: WriteSession, outbox: Outbox, code: str, standing: Standing) -> bool:
    changed = await queries.put(session, code, municipality_name(code), standing)
    if changed is not None:
        await outbox.add(session, municipality_changed(changed))
    return changed is not None


async def enable_imports(session: WriteSession, outbox: Outbox, *, code: str, reason: str | None, today: date) -> None:
    """Accept the municipality's files whatever its status, for this reason; None: by its status alone again."""
    changed = await queries.enable(session, code, reason, None if reason is None else today)
    if changed is not None:
        await outbox.add(session, municipality_changed(changed))


async def states(session: WriteSession, code: str, after: Place | None, size: int) -> list[MunicipalityChanged]:
    """The municipality's state, its row locked."""
    return [municipality_changed(row) for row in await queries.locked_page(session, code, after, size)]
