"""Puts one object: the handler of its kind of file judges and writes it, under the condition of the caller."""

from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

from pydantic import BaseModel

from libs.shared.db.database import WriteSession
from libs.shared.imports.batch import Batch
from libs.shared.imports.http.access import require_admitted
from libs.shared.imports.single import Single
from libs.shared.web.preconditions import PreconditionFailed, require_match

Shown = TypeVar("Shown", bound=BaseModel)


async def put(
    session: WriteSession,
    single: Single[Any],
    batch: Batch,
    read: Callable[[], Awaitable[Shown | None]],
    *,
    if_match: str | None,
    if_new: str | None,
) -> tuple[Shown, bool]:
    """What is shown of the object afterwards, and whether it is new. ``read`` gives what is shown of it at the moment.

    Raises ``RowRefused``, ``PreconditionRequired``, ``PreconditionFailed`` and ``MunicipalityNotAccepted``.
    """
    await require_admitted(single.admission, session, single.kind, batch.municipality_code)
    await single.handler.lock(session, batch)
    before = await read()
    require_match(before, if_match, if_new)
    judged = await single.judge(session, batch)
    await single.handler.write(session, batch, judged)
    after = await read()
    # There is no lock on what does not exist yet: somebody else may have created it meanwhile.
    if after is None or not _says(after, batch):
        raise PreconditionFailed
    return after, before is None


def _says(shown: BaseModel, batch: Batch) -> bool:
    return all(getattr(shown, name, values[0]) == values[0] for name, values in batch.columns.items())
