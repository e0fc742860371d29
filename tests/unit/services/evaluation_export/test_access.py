"""A delivery is shown only to callers who may order its product; for all others it does not exist."""

from dataclasses import dataclass

import pytest

from libs.shared.auth.principal import Principal, Role
from services.evaluation_export.access import orderable, own_delivery
from services.evaluation_export.errors import DeliveryNotFound
from services.evaluation_export.products.offered import OFFERED


@dataclass(frozen=True)
class Found:
    """A delivery, as far as access looks at it."""

    product: str


def caller(role: Role) -> Principal:
    return Principal("k1:0", frozenset({role}))


@pytest.mark.parametrize("product", [each.name for each in OFFERED])
@pytest.mark.parametrize("role", list(Role))
def test_a_delivery_is_shown_to_those_who_may_order_its_product_and_to_nobody_else(product: str, role: Role) -> None:
    found = Found(product)
    if product in {each.name for each in orderable(caller(role))}:
        assert own_delivery(caller(role), found) is found
    else:
        with pytest.raises(DeliveryNotFound):
            own_delivery(caller(role), found)


def test_an_evaluator_may_order_and_a_school_may_not() -> None:
    assert orderable(caller(Role.EVALUATOR))
    assert not orderable(caller(Role.SCHOOL))


@pytest.mark.parametrize("found", [None, Found("withdrawn_product")])
def test_no_delivery_and_one_of_a_product_that_is_not_offered_get_the_same_refusal(found: Found | None) -> None:
    with pytest.raises(DeliveryNotFound):
        own_delivery(caller(Role.EVALUATOR), found)
