"""What a product declares. Orders, the worker and the routes take it from here and know nothing else of a product."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

import msgspec

from libs.shared.auth.principal import Role
from libs.shared.db.database import ReadSession
from libs.shared.db.scope import Access
from services.evaluation_export.disclosure.rules import DisclosureRules
from services.evaluation_export.disclosure.store_key import StoreKey
from services.evaluation_export.products.errors import BuildFailed, BuildTooSlow


@dataclass(frozen=True, slots=True)
class Protection:
    """How what is released is protected: the rules, what stands for persons in the store of releases, and how many
    seconds the audit of one bundle may take.
    """

    rules: DisclosureRules
    key: StoreKey
    audit_seconds: float


Check = Callable[[ReadSession, str], Awaitable[None]]
"""Refuses an order: raises an ``Invalid`` with the field in question where the school year cannot be ordered."""

Read = Callable[[ReadSession, str, Protection], Awaitable[msgspec.Struct]]
"""Everything that the program needs for a school year, read at one moment. Raises a kind of ``BuildFailed``."""


@dataclass(frozen=True, slots=True)
class Product:
    """One product.

    - ``name`` is written in orders, file names, manifests and the store of releases; it never changes.
    - ``summary`` says in English what it is, for the pages of the API.
    - ``check`` looks at the parameters of an order, which for every product so far are a school year.
    - ``ordered_by`` are the roles that may order it and fetch its bundles.
    - ``access`` is the access to the database by which its snapshot is read.
    - ``read`` makes the snapshot, the input of the program.
    - ``program`` is the module that builds the files from it, in a process of its own (see ``child``).
    - ``failures`` are the reasons for which reading or building may give up.
    """

    name: str
    summary: str
    check: Check
    ordered_by: Sequence[Role]
    access: Access
    read: Read
    program: str
    failures: Sequence[type[BuildFailed]] = ()

    def failure(self, code: str | None) -> type[BuildFailed]:
        """The reason with this stable code; ``BuildFailed`` for a code that the product does not declare."""
        known: Sequence[type[BuildFailed]] = (BuildTooSlow, *self.failures)
        return next((failure for failure in known if failure.code == code), BuildFailed)
