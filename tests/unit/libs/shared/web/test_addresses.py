"""Only named proxies may state the address for which a request counts."""

import pytest

from libs.shared.web.addresses import Addresses

PROXIES = ("10.0.0.0/8", "fd00::/16")


def address(peer: str | None, *forwarded: str, proxies: tuple[str, ...] = PROXIES) -> str:
    headers = [(b"x-forwarded-for", one.encode()) for one in forwarded]
    client = None if peer is None else (peer, 50000)
    return Addresses(proxies).of({"type": "http", "client": client, "headers": headers})


@pytest.mark.parametrize(
    ("peer", "forwarded", "counted"),
    [
        ("203.0.113.7", [], "203.0.113.7"),
        ("203.0.113.7", ["198.51.100.1"], "203.0.113.7"),  # not a named proxy: its header is ignored
        ("10.0.0.1", [], "10.0.0.1"),
        ("10.0.0.1", ["198.51.100.1"], "198.51.100.1"),
        ("10.0.0.1", ["1.1.1.1, 198.51.100.1"], "198.51.100.1"),  # the caller wrote the first address
        ("10.0.0.1", ["1.1.1.1, 198.51.100.1, 10.0.0.2"], "198.51.100.1"),
        ("10.0.0.1", ["1.1.1.1", "198.51.100.1"], "198.51.100.1"),  # a proxy that adds a line of its own
        ("10.0.0.1", ["198.51.100.1:4711"], "198.51.100.1"),
        ("10.0.0.1", ["[2001:db8:1:2:3::4]:4711"], "2001:db8:1:2::/64"),
        ("10.0.0.1", ["::ffff:198.51.100.1"], "198.51.100.1"),
        ("::ffff:10.0.0.1", ["198.51.100.1"], "198.51.100.1"),
        ("fd00::1", ["198.51.100.1"], "198.51.100.1"),
        ("10.0.0.1", ["1.1.1.1, 6101120008"], "10.0.0.1"),  # not an address: the last known one counts
        ("10.0.0.1", ["10.0.0.3, 10.0.0.2"], "10.0.0.3"),
        ("2001:db8:1:2:3:4:5:6", [], "2001:db8:1:2::/64"),
        ("2001:db8:1:2:ffff::1", [], "2001:db8:1:2::/64"),
        (None, [], "unknown"),
        ("/run/socket", ["198.51.100.1"], "unknown"),
    ],
)
def test_the_right_most_address_that_is_no_proxy_counts(peer: str | None, forwarded: list[str], counted: str) -> None:
    assert address(peer, *forwarded) == counted


def test_without_named_proxies_no_header_is_read() -> None:
    assert address("10.0.0.1", "198.51.100.1", proxies=()) == "10.0.0.1"


def test_forwarded_is_not_read() -> None:
    headers = [(b"forwarded", b"for=198.51.100.1")]
    assert Addresses(PROXIES).of({"type": "http", "client": ("10.0.0.1", 1), "headers": headers}) == "10.0.0.1"
