"""Numbered steps for the table of idempotency keys: a service's Alembic revision calls ``steps.up(op, 1)``."""

from libs.shared.db import tenancy
from libs.shared.db.scope import Access
from libs.shared.db.steps import Steps
from libs.shared.db.tenancy import Operations

_STEPS = Steps("libs.shared.idempotency")

_NAMED = "(tenant = (SELECT current_setting('skoleloeft.access', true)))"


def up(op: Operations, number: int) -> None:
    """Run step ``number`` forwards."""
    _STEPS.up(op, number)
    if number == 1:
        tenancy.enable(op, "idempotency_key", column="tenant", write=[Access.OPERATOR])
        # For callers without a municipality the named access is the tenant, and it sees its own rows only.
        op.execute(f"CREATE POLICY named ON idempotency_key USING {_NAMED} WITH CHECK {_NAMED}")


def down(op: Operations, number: int) -> None:
    """Run step ``number`` backwards; policies go with their table."""
    _STEPS.down(op, number)


def numbers() -> list[int]:
    """The steps that exist."""
    return _STEPS.numbers()
