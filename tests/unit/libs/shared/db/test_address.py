"""Parsing of addresses; an error about an address does not repeat it."""

from urllib.parse import quote

import pytest

from libs.shared.db.address import Address, AddressRefused


def test_every_part_is_percent_decoded() -> None:
    password = "p@ss:/?#[]%&=+ æø"
    user, written, database = (quote(part, safe="") for part in ("a b", password, "d/æ"))
    read = Address.parse(f"postgresql://{user}:{written}@h:6000/{database}")
    assert read == Address((("h", 6000),), "a b", password, "d/æ")


def test_a_password_stands_in_no_representation() -> None:
    assert "secret" not in repr(Address.parse("postgresql://u:secret@h/d"))


@pytest.mark.parametrize(
    ("place", "hosts"),
    [
        ("h/d", (("h", 5432),)),
        ("h:6000/d", (("h", 6000),)),
        ("[::1]:6000/d", (("::1", 6000),)),
        ("[::1]/d", (("::1", 5432),)),
        ("one:6000,two/d", (("one", 6000), ("two", 5432))),
        ("/d?host=/run/postgresql", (("/run/postgresql", 5432),)),
        ("/d?host=%2Frun%2Fpostgresql&port=6000", (("/run/postgresql", 6000),)),
    ],
)
def test_hosts_are_read_as_libpq_reads_them(place: str, hosts: tuple[tuple[str, int], ...]) -> None:
    assert Address.parse(f"postgresql://u:p@{place}").hosts == hosts


def test_what_is_said_of_tls_is_kept_as_it_is() -> None:
    read = Address.parse("postgres://u:p@h/d?sslmode=verify-full&sslrootcert=%2Fa%20b%2Fca.crt")
    assert read.tls == {"sslmode": "verify-full", "sslrootcert": "/a b/ca.crt"}


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("mysql://u:secret@h/d", "an address reads postgresql://"),
        ("postgresql://u:secret@h", "an address reads"),
        ("postgresql://u:secret@h:none/d", "an address reads"),
        ("postgresql://u:secret@h:99999/d", "an address reads"),
        ("postgresql://u:secret/part@h/d", "an address reads"),
        ("postgresql://u:secret@/d", "an address reads"),
        ("postgresql://u:secret@h/d?ssl=require", "unknown option in a database's address: ssl;"),
        ("postgresql://u:secret@h/d?sslmode=full", "sslmode must be one of"),
        ("postgresql://u:secret@h/d?sslmode", "the options of an address"),
        ("postgresql://u:secret@h/d?sslmode=require&sslrootcert=system", "needs sslmode=verify-full"),
    ],
)
def test_a_wrong_address_is_refused_by_what_is_wrong_and_not_by_its_text(url: str, said: str) -> None:
    with pytest.raises(AddressRefused, match=said) as caught:
        Address.parse(url)
    assert "secret" not in str(caught.value)


def test_a_file_that_is_not_there_is_told_by_its_option(tmp_path: object, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(AddressRefused, match=f"that sslrootcert names cannot be read: {tmp_path}/gone"):
        Address.parse(f"postgresql://u:p@h/d?sslmode=verify-ca&sslrootcert={tmp_path}/gone").require_files()
    monkeypatch.setenv("PGSSLMODE", "verify-full")
    monkeypatch.setenv("PGSSLROOTCERT", f"{tmp_path}/gone")
    with pytest.raises(AddressRefused, match="that PGSSLROOTCERT names"):
        Address.parse("postgresql://u:p@h/d").require_files()
