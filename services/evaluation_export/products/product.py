"""The declaration of a product. Orders, the worker and the routes use only this declaration."""

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
    """The protection of releases: the rules, the key of persons in the store of releases, and the most seconds for the
    audit of one bundle.
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
    - ``summary`` describes it in English, for the API's documentation.
    - ``check`` looks at the parameters of an order, which for every product so far are a school year.
    - ``ordered_by`` are the roles that may order it and fetch its bundles.
    - ``access`` is the access to the database with which its snapshot is read.
    - ``read`` makes the snapshot, the input of the program.
    - ``program`` is the module that builds the files from it, in a separate process (see ``child``).
    - ``failures`` are the reasons for which reading or building may fail.
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
