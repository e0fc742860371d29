"""The SQL of an order. The lists that use it are walked on PostgreSQL by the tests of their services."""

import pytest

from libs.shared.db.order import Order, Place, Sortable, parameters

COLUMNS = {"title": Sortable("p.title"), "day": Sortable("coalesce(p.day, '1990-01-01')", "date")}
ID = Sortable("p.id", "uuid")


@pytest.mark.parametrize("asked", ["title", "-title", "day"])
def test_an_order_is_written_as_it_is_read(asked: str) -> None:
    assert str(Order.read(asked)) == asked


def test_a_descending_order_goes_down_in_both_columns() -> None:
    condition, order = Order.read("-day").sql(COLUMNS, ID)
    assert order == "coalesce(p.day, '1990-01-01') DESC, p.id DESC"
    assert "(coalesce(p.day, '1990-01-01'), p.id) < (" in condition


def test_only_declared_columns_reach_the_sql() -> None:
    with pytest.raises(KeyError):
        Order.read("title; DROP TABLE pupil").sql(COLUMNS, ID)


def test_the_first_page_has_no_place() -> None:
    assert parameters(None) == {"after_value": None, "after_unique": None}
    assert parameters(Place("5A", "x")) == {"after_value": "5A", "after_unique": "x"}
