"""The declaration of a product. Orders, the worker and the routes use only this declaration."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec

from libs.shared.auth.principal import Role
from libs.shared.db.database import ReadSession
from libs.shared.db.scope import Access
from services.evaluation_export.disclosure.rules import DisclosureRules
from services.evaluation_export.disclosure.store_key import StoreKey
from services.evaluation_export.products.errors import BuildFailed, BuildTooSlow, ParameterMissing, ParameterUnknown
from services.evaluation_export.products.parameters import Parameter, Parameters


@dataclass(frozen=True, slots=True)
class Protection:
    """The protection of releases: the rules, the key of persons in the store of releases, and the most seconds for the
    audit of one bundle.
    """

    rules: DisclosureRules
    key: StoreKey
    audit_seconds: float


Check = Callable[[ReadSession, Parameters], Awaitable[None]]
"""Refuses an order by the stored data: raises an ``Invalid`` with the field in question."""

Read = Callable[[ReadSession, Parameters, Protection], Awaitable[msgspec.Struct]]
"""Everything that the program needs for an order, read at one moment. Raises a subclass of ``BuildFailed``."""


@dataclass(frozen=True, slots=True)
class Product:
    """One product.

    - ``name`` is written in orders, file names, manifests and the store of releases; it never changes.
    - ``summary`` describes it in English, for the API's documentation.
    - ``parameters`` are what an order must say; ``SCHOOL_YEAR`` is one of them. A parameter that a product gets later
      needs a migration that writes its value into the stored orders.
    - ``check`` compares the parameters of an order, each of which is valid by itself, with the stored data.
    - ``ordered_by`` are the roles that may order it and fetch its bundles.
    - ``access`` is the access to the database with which its snapshot is read.
    - ``read`` makes the snapshot, the input of the program.
    - ``program`` is the module that builds the files from it, in a separate process (see ``child``).
    - ``failures`` are the reasons for which reading or building may fail.
    """

    name: str
    summary: str
    parameters: Sequence[Parameter]
    check: Check
    ordered_by: Sequence[Role]
    access: Access
    read: Read
    program: str
    failures: Sequence[type[BuildFailed]] = ()

    def asked(self, given: Mapping[str, Any]) -> Parameters:
        """The product's parameters from the fields of an order; a field that was left out is None.

        Raises ``ParameterUnknown`` for a field of another product, ``ParameterMissing``, and the parameters' refusals.
        """
        declared = {each.name: each for each in self.parameters}
        for name, value in given.items():
            if value is not None and name not in declared:
                raise ParameterUnknown(pointer=f"/{name}", product=self.name, names=", ".join(declared))
        for name, parameter in declared.items():
            if given.get(name) is None:
                raise ParameterMissing(pointer=f"/{name}", product=self.name, name=name)
            parameter.require(given[name])
        return {name: given[name] for name in declared}

    def failure(self, code: str | None) -> type[BuildFailed]:
        """The reason with this stable code; ``BuildFailed`` for a code that the product does not declare."""
        known: Sequence[type[BuildFailed]] = (BuildTooSlow, *self.failures)
        return next((failure for failure in known if failure.code == code), BuildFailed)
