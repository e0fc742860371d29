"""Access to imports: who may send a file for a municipality, and who may read its receipt."""

from collections.abc import Awaitable, Callable
from typing import NoReturn
from uuid import UUID

from libs.shared.auth.principal import Principal, Role
from libs.shared.base.errors import NotFound
from libs.shared.db.database import ReadSession
from libs.shared.db.scope import Scope
from libs.shared.files.formats import Format
from libs.shared.files.kind import Kind
from libs.shared.files.problems import KindUnknown
from libs.shared.imports.handlers import Kinds
from libs.shared.imports.problems import MunicipalityNotAccepted, MunicipalityNotYetKnown
from libs.shared.imports.receipts import receipts
from libs.shared.imports.receipts.listing import Readable
from libs.shared.imports.receipts.receipt import Receipt

WHOLE_COUNTRY = "000"
"""The code for the whole country, used for files of the secretariat; no municipality has it."""

KNOWN_SOON_SECONDS = 5

Admission = Callable[[ReadSession, str], Awaitable[bool | None]]
"""Whether files of the municipality are accepted; None if this service does not know the municipality yet."""


def kinds_of(kinds: Kinds, caller: Principal) -> list[Kind]:
    """The kinds that a role of the caller may send."""
    return [kind for kind in kinds if caller.has(kind.sent_by)]


def formats_of(kinds: Kinds, caller: Principal) -> list[Format]:
    """The formats of several kinds that a role of the caller may send."""
    return [each for each in kinds.formats.values() if caller.has(each.sent_by)]


def all_of(kinds: Kinds, caller: Principal) -> list[Kind | Format]:
    """The kinds and formats that a role of the caller may send."""
    return [*kinds_of(kinds, caller), *formats_of(kinds, caller)]


def kind_of(kinds: Kinds, caller: Principal, name: str) -> Kind | Format:
    """The kind or format of this name. Raises ``KindUnknown``, also if only another role may send it."""
    own = all_of(kinds, caller)
    for kind in own:
        if kind.name == name:
            return kind
    raise KindUnknown(pointer="/query/kind", kinds=", ".join(kind.name for kind in own))


def _sends_for(caller: Principal, role: Role, municipality_code: str) -> bool:
    if role is Role.SECRETARIAT:
        return caller.has(role) and municipality_code == WHOLE_COUNTRY
    return caller.acting_as(role).serves(municipality_code)


def require_sender(caller: Principal, kinds: Kinds, municipality_code: str) -> None:
    """Raises ``NotFound`` unless the caller may send some kind of file for the municipality."""
    if not any(_sends_for(caller, role, municipality_code) for role in {kind.sent_by for kind in kinds}):
        raise NotFound


def sender_scope(caller: Principal, kind: Kind | Format, municipality_code: str) -> frozenset[str] | None:
    """The institutions that a file of this kind may be about; None: all of the municipality.

    Raises ``NotFound`` for a municipality that the caller may not send for.
    """
    if not _sends_for(caller, kind.sent_by, municipality_code):
        raise NotFound
    return None if kind.sent_by is Role.SECRETARIAT else caller.acting_as(kind.sent_by).held_to


async def require_admitted(
    admission: Admission, session: ReadSession, kind: Kind | Format, municipality_code: str
) -> None:
    """Raises ``MunicipalityNotAccepted``, or ``MunicipalityNotYetKnown`` with the time after which to try again."""
    if kind.sent_by is Role.SECRETARIAT:
        return
    admitted = await admission(session, municipality_code)
    if admitted is None:
        _not_yet(municipality_code)
    if not admitted:
        raise MunicipalityNotAccepted(pointer="/query/municipality", municipality=municipality_code)


def _not_yet(municipality_code: str) -> NoReturn:
    raise MunicipalityNotYetKnown(
        pointer="/query/municipality",
        municipality=municipality_code,
        extra={"retry_after": KNOWN_SOON_SECONDS},
    )


def reader_scope(caller: Principal) -> Scope:
    """The scope of the receipts that the caller may read; row-level security hides all others."""
    codes = caller.municipality_codes if caller.has(Role.MUNICIPALITY_INTEGRATION) else frozenset[str]()
    return Scope(codes | ({WHOLE_COUNTRY} if caller.has(Role.SECRETARIAT) else set()))


async def own_receipt(session: ReadSession, kinds: Kinds, caller: Principal, receipt_id: UUID) -> Receipt:
    """A receipt of a file that the caller could have sent. Raises ``NotFound`` for every other one.

    A caller that is limited to institutions reads receipts of files that were limited to the same or to some of them.
    """
    receipt = await receipts.get(session, receipt_id)
    kind = kinds.sort(receipt.upload.kind)
    if not caller.has(kind.sent_by):
        raise NotFound
    allowed = sender_scope(caller, kind, receipt.upload.municipality_code)
    made_for = receipt.upload.institutions
    if allowed is not None and (made_for is None or not made_for <= allowed):
        raise NotFound
    return receipt


def readable(caller: Principal, kinds: Kinds, municipality_code: str) -> Readable:
    """The receipts that the caller may read, by the same rule as ``own_receipt``.

    Raises ``NotFound`` for a municipality for which the caller may send no kind of file.
    """
    names: list[str] = []
    institutions: frozenset[str] | None = None
    for kind in all_of(kinds, caller):
        try:
            institutions = sender_scope(caller, kind, municipality_code)
        except NotFound:
            continue
        names.append(kind.name)
    if not names:
        raise NotFound
    return Readable(municipality_code, tuple(names), institutions)
