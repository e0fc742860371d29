"""Puts one object: the handler of its kind of file judges and writes it, under the condition of the caller."""

from collections.abc import Awaitable, Callable, Collection
from typing import Any, TypeVar

from pydantic import BaseModel

from libs.shared.db.database import WriteSession
from libs.shared.imports.batch import Batch
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
    shown_otherwise: Collection[str] = (),
) -> tuple[Shown, bool]:
    """What is shown of the object afterwards, and whether it is new. ``read`` gives what is shown of it at the moment,
    with the values of the row except in the columns ``shown_otherwise``.

    Raises ``RowRefused``, ``PreconditionRequired``, ``PreconditionFailed`` and ``MunicipalityNotAccepted``.
    """
    await single.require_admitted(session, batch.municipality_code)
    await single.handler.lock(session, batch)
    before = await read()
    require_match(before, if_match, if_new)
    judged = await single.judge(session, batch)
    await single.handler.write(session, batch, judged)
    after = await read()
    # There is no lock on what does not exist yet: somebody else may have created it meanwhile.
    if after is None or not _says(after, batch, shown_otherwise):
        raise PreconditionFailed
    return after, before is None


def _says(shown: BaseModel, batch: Batch, but: Collection[str]) -> bool:
    named = {name: values[0] for name, values in batch.columns.items() if name not in but}
    return all(getattr(shown, name, value) == value for name, value in named.items())
