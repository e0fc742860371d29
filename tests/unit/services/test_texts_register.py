"""Every column that can hold text is in its service's register of texts, with a class that its type allows."""

import importlib
import pkgutil
from collections.abc import Iterator

import pytest
from sqlalchemy import (
    ARRAY,
    Boolean,
    Column,
    Date,
    DateTime,
    Integer,
    LargeBinary,
    MetaData,
    Numeric,
    Table,
    Text,
    Time,
    Uuid,
)

from libs.shared.contracts.topics import SERVICES
from libs.shared.privacy.texts import Register, TextClass

WITHOUT_WORDS = (Boolean, Date, DateTime, Integer, Numeric, Time, Uuid)


def metadata(service: str) -> MetaData:
    package = importlib.import_module(f"services.{service}")
    for module in pkgutil.walk_packages(package.__path__, f"services.{service}."):
        if module.name.rpartition(".")[2] in {"tables", "all_tables", "metadata"}:
            importlib.import_module(module.name)
    found: MetaData = importlib.import_module(f"services.{service}.metadata").METADATA
    return found


def register(service: str) -> Register:
    found: Register = importlib.import_module(f"services.{service}.texts").TEXTS
    return found


def holds_words(column: Column[object]) -> bool:
    kind = column.type.item_type if isinstance(column.type, ARRAY) else column.type
    return not isinstance(kind, WITHOUT_WORDS)


def columns(tables: MetaData) -> Iterator[tuple[str, Column[object]]]:
    for table in tables.tables.values():
        yield from ((f"{table.name}.{column.name}", column) for column in table.columns if holds_words(column))


def unregistered(tables: MetaData, texts: Register) -> list[str]:
    return [name for name, column in columns(tables) if not {name, f"*.{column.name}"} & texts.keys()]


@pytest.mark.parametrize("service", SERVICES)
def test_every_column_of_words_is_in_the_register_and_nothing_else_is(service: str) -> None:
    assert unregistered(metadata(service), register(service)) == []
    known = {name for name, _ in columns(metadata(service))}
    assert {name for name in register(service) if not name.startswith("*.")} - known == set()


@pytest.mark.parametrize("service", SERVICES)
def test_what_is_sealed_is_bytes_and_what_is_written_is_no_bytes(service: str) -> None:
    texts = register(service)
    for name, column in columns(metadata(service)):
        text = texts.get(name) or texts[f"*.{column.name}"]
        is_bytes = isinstance(column.type, LargeBinary)
        if text.text_class is TextClass.SEALED:
            assert is_bytes, name
        if text.text_class is TextClass.WRITTEN:
            assert not is_bytes, name
        assert text.why, name


def test_a_new_column_of_words_would_be_found() -> None:
    tables = MetaData()
    Table("thing", tables, Column("id", Uuid), Column("remark", Text), Column("remarks", ARRAY(Text)))
    assert unregistered(tables, register("registration")) == ["thing.remark", "thing.remarks"]
