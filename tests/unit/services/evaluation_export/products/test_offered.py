"""The offered products are declared in one place, and nothing else in the service distinguishes products."""

from importlib.util import find_spec
from pathlib import Path

import pytest

import services.evaluation_export
from services.evaluation_export.products.errors import BuildFailed
from services.evaluation_export.products.offered import OFFERED
from services.evaluation_export.products.parameters import SCHOOL_YEAR
from services.evaluation_export.products.product import Product

SERVICE = Path(next(iter(services.evaluation_export.__path__)))


def test_names_are_given_once() -> None:
    assert len({product.name for product in OFFERED}) == len(OFFERED) > 0


@pytest.mark.parametrize("product", OFFERED, ids=lambda product: product.name)
def test_every_product_has_a_program_and_codes_of_its_own_for_its_failures(product: Product) -> None:
    assert find_spec(f"{product.program}.__main__") is not None
    codes = [failure.code for failure in (BuildFailed, *product.failures)]
    assert len(set(codes)) == len(codes)
    for failure in product.failures:
        assert product.failure(failure.code) is failure
    assert product.failure("delivery.of_an_older_program") is BuildFailed


def test_every_product_has_a_school_year_and_a_parameter_is_declared_once() -> None:
    assert all(SCHOOL_YEAR in product.parameters for product in OFFERED)
    declared = {(each.name, each) for product in OFFERED for each in product.parameters}
    assert len({name for name, _ in declared}) == len(declared)


@pytest.mark.parametrize("room", ["orders", "bundle", "access.py", "wiring.py"])
def test_orders_and_bundles_name_no_product(room: str) -> None:
    place = SERVICE / room
    files = sorted(place.rglob("*.py")) if place.is_dir() else [place]
    assert files
    naming = [
        (file.name, product.name)
        for file in files
        for product in OFFERED
        if product.name in file.read_text(encoding="utf-8")
    ]
    assert naming == []
