"""Compares the migration steps of a library with the metadata that services build on."""

from collections.abc import Callable
from typing import Protocol

from sqlalchemy import MetaData

from libs.shared.db.metadata import new_metadata
from libs.shared.db.tenancy import Operations
from tests.factories.schema import differences
from tests.factories.statements import Statements
from tests.realparts.databases import OwnDatabase


class NumberedSteps(Protocol):
    """The steps of a library that ships tables: ``libs.shared.db.steps.Steps``, or a module with the same functions."""

    def numbers(self) -> list[int]: ...

    def up(self, op: Operations, number: int) -> None: ...

    def down(self, op: Operations, number: int) -> None: ...


async def taken_back_and_again(
    own: OwnDatabase, steps: NumberedSteps, define: Callable[[MetaData], object]
) -> list[tuple[object, ...]]:
    """Apply all steps, revert them, and apply them again; returns the differences from the metadata."""
    up, down = Statements(), Statements()
    for number in steps.numbers():
        steps.up(up, number)
    for number in reversed(steps.numbers()):
        steps.down(down, number)
    for statements in (up, down, up):
        await statements.run(own.owner_url)
    metadata = new_metadata()
    define(metadata)
    return await differences(own.owner_url, metadata)


OPEN_TABLES = """
SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace
   AND NOT (relrowsecurity AND relforcerowsecurity) ORDER BY relname
"""
"""Tables without forced row-level security."""
