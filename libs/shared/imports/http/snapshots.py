"""HTTP for snapshots: their parameters, what a held one would change, and the decision about it."""

from collections.abc import Sequence
from datetime import UTC, datetime, time, timedelta
from enum import StrEnum
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Query
from pydantic import AwareDatetime

from libs.shared.auth.principal import Principal
from libs.shared.base.clock import utc_now
from libs.shared.base.date_window import FIRST_DAY
from libs.shared.base.errors import Invalid
from libs.shared.files.formats import Format
from libs.shared.files.kind import Kind
from libs.shared.files.snapshot import Snapshot
from libs.shared.imports.http.api import ImportApi, position_of
from libs.shared.imports.http.differences import Load, add_differences
from libs.shared.imports.http.kind_routes import Sender, as_json
from libs.shared.imports.http.views import ReceiptView
from libs.shared.imports.problems import SnapshotInstitution
from libs.shared.imports.receipts.receipt import Atomic
from libs.shared.imports.worker.deciding import Decision, decide
from libs.shared.values.codes import InstitutionNumber
from libs.shared.values.school_years import SchoolYear

_EARLIEST = datetime.combine(FIRST_DAY, time(), UTC)
AHEAD = timedelta(minutes=5)
"""How far a source's clock may be ahead of ours."""


class FileScope(StrEnum):
    """``complete``: what the file lacks of its institution and school year is ended."""

    ROWS = "rows"
    COMPLETE = "complete"


class SnapshotParameters(Invalid):
    """A parameter of a snapshot is missing."""

    code = "snapshot.parameters"
    da = "Med scope=complete skal forespørgslen også have {names}. Tilføj det, der mangler."
    en = "With scope=complete the request needs {names}, too. Add what is missing."


class SnapshotScope(Invalid):
    """A parameter of a snapshot without ``scope=complete``."""

    code = "snapshot.scope"
    da = "{names} bruges kun, når filen er et fuldt øjebliksbillede. Tilføj scope=complete, eller fjern dem."
    en = "{names} are for a file that is a complete snapshot. Add scope=complete, or remove them."


class SnapshotKind(Invalid):
    """A kind that is never complete."""

    code = "snapshot.kind"
    da = "Filer af slagsen {kind} tages ikke som øjebliksbillede. Send filen uden scope=complete. Det kan: {kinds}."
    en = "Files of the kind {kind} are not taken as snapshots. Send it without scope=complete. These can be: {kinds}."


class SnapshotAtomic(Invalid):
    """``atomic=file`` with a snapshot."""

    code = "snapshot.atomic"
    da = "Et øjebliksbillede kan ikke tages under ét (atomic=file), for det lukker bagefter det, der mangler. Fjern "
    da += "atomic, og kontrollér filen med mode=validate først."
    en = "A snapshot cannot be taken all or none (atomic=file), as what it lacks is closed afterwards. Remove atomic, "
    en += "and check the file with mode=validate first."


class SnapshotMoment(Invalid):
    """A moment that has not come yet, or from before there was such a file."""

    code = "snapshot.moment_out_of_range"
    da = "source_moment skal ligge mellem {first} og nu. Angiv det tidspunkt, hvor kilden lavede udtrækket, med "
    da += "tidszone."
    en = "source_moment must lie between {first} and now. Write the moment at which the source made the extract, with "
    en += "its time zone."


class SnapshotInFile(Invalid):
    """A parameter of a snapshot with a file that says for itself what it is complete for."""

    code = "snapshot.in_file"
    da = "En fil af slagsen {kind} siger selv, hvad den er et fuldt øjebliksbillede af. Fjern {names}."
    en = "A file of the kind {kind} says itself what it is complete for. Remove {names}."


_NAMES = ("institution", "school_year", "source", "source_moment")


class AskedSnapshot:
    """The parameters of a snapshot, as they came."""

    def __init__(
        self,
        scope: Annotated[
            FileScope,
            Query(description="`complete`: a snapshot; what it lacks of the institution and school year is ended."),
        ] = FileScope.ROWS,
        institution: Annotated[
            InstitutionNumber | None, Query(description="The one institution of a snapshot.")
        ] = None,
        school_year: Annotated[SchoolYear | None, Query(description="The one school year of a snapshot.")] = None,
        source: Annotated[
            str | None,
            Query(
                pattern=r"^[A-Za-z][A-Za-z._-]{0,40}[0-9]{0,3}$",
                examples=["tea"],
                description="The name of the system that made the snapshot; each source has its own order.",
            ),
        ] = None,
        source_moment: Annotated[
            AwareDatetime | None,
            Query(
                examples=["2022-10-10T06:00:00+02:00"],
                description="When the source made the snapshot, with time zone. It must be newer than the last one of "
                "the same source, institution and school year. What the file lacks ends on its date in Denmark.",
            ),
        ] = None,
    ) -> None:
        self.scope = scope
        self._given = (institution, school_year, source, source_moment)

    def require_none(self, form: Format, atomic: Atomic) -> None:
        """Raises ``SnapshotInFile`` or ``SnapshotAtomic`` for a format that says all this itself."""
        given = [name for name, value in zip(_NAMES, self._given, strict=True) if value is not None]
        given = ["scope", *given] if self.scope is not FileScope.ROWS else given
        if given:
            raise SnapshotInFile(pointer=f"/query/{given[0]}", kind=form.name, names=", ".join(given))
        if atomic is Atomic.FILE:
            raise SnapshotAtomic(pointer="/query/atomic")

    def of(self, kind: Kind, kinds: Sequence[Kind], atomic: Atomic, own: frozenset[str] | None) -> Snapshot | None:
        """What the file is complete for; None for a file that is not. Raises the problems of this module."""
        institution, school_year, source, moment = self._given
        if self.scope is FileScope.ROWS:
            given = [name for name, value in zip(_NAMES, self._given, strict=True) if value is not None]
            if given:
                raise SnapshotScope(pointer=f"/query/{given[0]}", names=", ".join(given))
            return None
        if not kind.complete:
            able = ", ".join(each.name for each in kinds if each.complete) or "-"
            raise SnapshotKind(pointer="/query/scope", kind=kind.name, kinds=able)
        if institution is None or school_year is None or source is None or moment is None:
            missing = [name for name, value in zip(_NAMES, self._given, strict=True) if value is None]
            raise SnapshotParameters(pointer=f"/query/{missing[0]}", names=", ".join(missing))
        if atomic is Atomic.FILE:
            raise SnapshotAtomic(pointer="/query/atomic")
        if own is not None and institution not in own:
            raise SnapshotInstitution(pointer="/query/institution", number=institution)
        if not _EARLIEST <= moment <= utc_now() + AHEAD:
            raise SnapshotMoment(pointer="/query/source_moment", first=FIRST_DAY.isoformat())
        return Snapshot(institution, school_year, source, moment)


SnapshotQuery = Annotated[AskedSnapshot, Depends()]


def add_snapshots(router: APIRouter, api: ImportApi, load: Load, example: Any) -> None:
    """Add the routes of a receipt that are about snapshots. ``example`` is that of a receipt."""
    add_differences(router, api, load)

    async def decided(caller: Principal, receipt_id: UUID, decision: Decision) -> ReceiptView:
        found = await load(caller, receipt_id)
        after = await decide(api.db, found, decision, caller.subject, utc_now)
        return ReceiptView.of(after, await position_of(api.db, after))

    @router.post(
        "/{receipt_id}/confirm", summary="Have a held snapshot applied as it was shown", responses=as_json(example)
    )
    async def confirm(receipt_id: UUID, caller: Sender) -> ReceiptView:
        return await decided(caller, receipt_id, Decision.CONFIRMED)

    @router.post(
        "/{receipt_id}/reject", summary="End a held snapshot: nothing of it is written", responses=as_json(example)
    )
    async def reject(receipt_id: UUID, caller: Sender) -> ReceiptView:
        return await decided(caller, receipt_id, Decision.REJECTED)
