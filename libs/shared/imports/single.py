"""One row that is sent by itself: read, judged and written by the kind's own columns, checks and handler, as a file of
one row would be.
"""

from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic
from uuid import UUID

import msgspec

from libs.shared.base.clock import danish_date
from libs.shared.base.errors import Invalid
from libs.shared.db.database import ReadSession, WriteSession
from libs.shared.files.columns import ParseContext
from libs.shared.files.errors import OUTSIDE_SCOPE, FieldError
from libs.shared.files.kind import INSTITUTION, Kind
from libs.shared.files.parse import NDJSON, Layout, parse_chunk
from libs.shared.imports.batch import Batch, Judged, PlanT
from libs.shared.imports.handlers import Handler, Heeds
from libs.shared.imports.http.access import require_admitted
from libs.shared.privacy.identifiers import IdentifierKind
from libs.shared.privacy.keys import LookupKeys

LAYOUT = Layout(NDJSON, "utf-8", None)


class RowRefused(Invalid):
    """The row is refused with the codes and texts that it would have in a file; the first one is the problem's own."""

    code = "row.refused"
    da = "Rækken kan ikke tages. Ret det, der står under »errors«, og send den igen."
    en = "The row cannot be taken. Correct what is listed under 'errors' and send it again."

    def __init__(self, kind: Kind, errors: Sequence[FieldError], in_path: Collection[str] = ()) -> None:
        shown = [
            {
                "pointer": "" if each.column is None else f"/{each.column}",
                "in": "path" if each.column in in_path else "body",
                "code": each.code,
                "messages": kind.catalog.messages(each.as_json()),
            }
            for each in errors
        ]
        super().__init__(pointer=str(shown[0]["pointer"]), extra={"errors": shown})
        self.errors = errors
        self._first = kind.catalog.messages(errors[0].as_json())
        self.code = errors[0].code  # type: ignore[misc] # the file's own code, known only when a row is refused

    @property
    def messages(self) -> dict[str, str]:
        """The texts of the first error."""
        return self._first


@dataclass(frozen=True, slots=True)
class Single(Generic[PlanT]):
    """Takes rows of one kind. ``admission`` says whose rows are accepted, ``in_path`` which columns are in the address
    of the route.
    """

    kind: Kind
    handler: Handler[PlanT]
    admission: Callable[[ReadSession, str], Awaitable[bool | None]]
    lookup_keys: LookupKeys
    in_path: Collection[str] = ()

    async def require_admitted(self, session: ReadSession, municipality_code: str) -> None:
        """Raises ``MunicipalityNotAccepted``, as for a file."""
        await require_admitted(self.admission, session, self.kind, municipality_code)

    def read(
        self,
        row: Mapping[str, Any],
        *,
        municipality_code: str,
        institutions: frozenset[str] | None,
        receipt_id: UUID,
        now: datetime,
    ) -> Batch:
        """The row as a batch. ``institutions`` are the only ones that the sender may write about; None: all of the
        municipality. Raises ``RowRefused``.
        """
        context = ParseContext(municipality_code, IdentifierKind.CPR_NUMBER, self.lookup_keys, danish_date(now))
        parsed = parse_chunk(self.kind, LAYOUT, context, msgspec.json.encode(row), 1)
        for refused in parsed.refused:
            raise RowRefused(self.kind, refused.errors, self.in_path)
        numbers = parsed.columns.get(INSTITUTION, [])
        if institutions is not None and not institutions.issuperset(numbers):
            raise RowRefused(self.kind, [FieldError(OUTSIDE_SCOPE, INSTITUTION)], self.in_path)
        return Batch(
            kind=self.kind.name,
            municipality_code=municipality_code,
            receipt_id=receipt_id,
            queued_at=now,
            row_numbers=[1],
            columns=parsed.columns,
            institutions=institutions,
        )

    def bare(
        self, municipality_code: str, institutions: frozenset[str] | None, receipt_id: UUID, now: datetime
    ) -> Batch:
        """A batch without a row, for one that is refused."""
        return Batch(
            kind=self.kind.name,
            municipality_code=municipality_code,
            receipt_id=receipt_id,
            queued_at=now,
            row_numbers=[],
            columns={},
            institutions=institutions,
        )

    async def heed(
        self, session: WriteSession, row: Mapping[str, Any], refused: RowRefused, batch: Batch
    ) -> RowRefused:
        """Has the handler do what a refused row says nonetheless, as for a file. The refusal, with what was not done.
        Raises ``MunicipalityNotAccepted``.
        """
        await self.require_admitted(session, batch.municipality_code)
        if not isinstance(self.handler, Heeds):
            return refused
        found = await self.handler.heed(session, batch, [{name: _text(value) for name, value in row.items()}])
        return RowRefused(self.kind, [*refused.errors, *found.values()], self.in_path) if found else refused

    async def judge(self, session: WriteSession, batch: Batch) -> Judged[PlanT]:
        """What the handler makes of it, under the locks that the caller took by ``handler.lock``. Raises
        ``RowRefused``.
        """
        judged = await self.handler.judge(session, batch)
        judged.result.check(batch)
        refused = [FieldError(each.code, each.column, "text", each.params) for each in judged.result.refused]
        if refused:
            raise RowRefused(self.kind, refused, self.in_path)
        return judged


def _text(value: Any) -> str:
    """A field of a body as the text that a file would have."""
    if value is None:
        return ""
    return str(value).lower() if isinstance(value, bool) else str(value)
