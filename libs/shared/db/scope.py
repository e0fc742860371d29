"""The rows that a transaction may see."""

from dataclasses import dataclass
from enum import StrEnum

from libs.shared.auth.principal import Principal, Role


class Access(StrEnum):
    """Named exceptions from the tenant filter; each works only on tables whose policies name it."""

    EVALUATOR = "evaluator"
    SECRETARIAT = "secretariat"
    IDENTITY = "identity"
    """Links the ids of one person across municipalities, in registration."""
    IMPORT_WORKER = "import_worker"
    """Claims the next receipt of any municipality."""
    CONSUMER = "consumer"
    """Writes read models from events of all municipalities."""
    OPERATOR = "operator"
    """Counts and housekeeping by commands of ops."""
    ROTATION = "rotation"
    """Re-encrypts values and retires keys, by ``rotate-keys``."""


@dataclass(frozen=True, slots=True)
class Scope:
    """The municipalities, and at most one named access, of a transaction. The empty scope sees no tenant row."""

    municipality_codes: frozenset[str] = frozenset()
    access: Access | None = None

    @classmethod
    def of(cls, *codes: str, access: Access | None = None) -> "Scope":
        """A scope of these municipalities."""
        return cls(frozenset(codes), access)


NOBODY = Scope()


def scope_of(caller: Principal) -> Scope:
    """The caller's municipalities; a caller of the secretariat also gets ``Access.SECRETARIAT``."""
    return Scope(caller.municipality_codes, Access.SECRETARIAT if caller.has(Role.SECRETARIAT) else None)
