"""The address of a database, parsed once and passed to every driver in the same way.

``postgresql://user:password@host:port/database?sslmode=verify-full&sslrootcert=/path/ca.crt``. Names and options are
libpq's (https://www.postgresql.org/docs/current/libpq-connect.html), as managed PostgreSQL services publish them.
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self
from urllib.parse import parse_qsl, unquote

from libs.shared.base.tellable import SetUpFault

DEFAULT_PORT = 5432
SSL_MODES = ("disable", "allow", "prefer", "require", "verify-ca", "verify-full")
VERIFYING = ("require", "verify-ca", "verify-full")
"""Modes in which the certificate of the server is checked, ``require`` only if there is a root certificate."""
TLS_OPTIONS = frozenset({"sslmode", "sslrootcert", "sslcert", "sslkey"})
OPTIONS = TLS_OPTIONS | {"host", "port", "target_session_attrs"}
SYSTEM = "system"
"""As ``sslrootcert``: the certificate authorities that the operating system trusts."""

_FORM = "an address reads postgresql://user:password@host:port/database, each part percent-encoded"


class AddressRefused(SetUpFault):
    """The address cannot be used; the text says why and never repeats the address, which may hold a password."""


@dataclass(frozen=True, slots=True)
class Address:
    """The server, database and user to connect to.

    ``user`` None: ``PGUSER`` or the operating system's user, as in libpq. ``hosts`` are tried in order, each with its
    port; one that begins with ``/`` is the folder of a unix socket. ``options`` holds the TLS options that are given
    (``TLS_OPTIONS``) and ``target_session_attrs``; others default to libpq's environment variables (``PGSSLMODE``,
    ``PGSSLROOTCERT`` and so on) and then to libpq's own defaults.
    """

    hosts: tuple[tuple[str, int], ...]
    user: str | None
    password: str | None = field(repr=False)
    database: str
    options: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def parse(cls, url: str) -> Self:
        """The address that the text states. Raises ``AddressRefused`` for a malformed address or an unknown option."""
        scheme, _, rest = url.partition("://")
        place, _, query = rest.partition("?")
        authority, _, path = place.partition("/")
        login, _, named = authority.rpartition("@")
        user, _, password = login.partition(":")
        if scheme not in ("postgresql", "postgres") or not path or "/" in path:
            raise AddressRefused(_FORM)
        options = _options(query)
        given, port = options.pop("host", "") or unquote(named), options.pop("port", "")
        return cls(_hosts(given, port), unquote(user) or None, unquote(password) or None, unquote(path), options)

    @property
    def tls(self) -> dict[str, str]:
        """The options about TLS."""
        return {name: value for name, value in self.options.items() if name in TLS_OPTIONS}

    def require_files(self) -> None:
        """Raises ``AddressRefused``, which names the option whose file cannot be read; the driver's error does not."""
        mode = self.options.get("sslmode") or os.environ.get("PGSSLMODE") or "prefer"
        if mode not in VERIFYING:
            return
        for name in ("sslrootcert", "sslcert", "sslkey"):
            variable = f"PG{name.upper()}"
            said, given = (name, self.options[name]) if name in self.options else (variable, os.environ.get(variable))
            if given and given != SYSTEM and not Path(given).is_file():
                raise AddressRefused(f"the file that {said} names cannot be read: {given}")


def _options(query: str) -> dict[str, str]:
    try:
        given = dict(parse_qsl(query, keep_blank_values=True, strict_parsing=bool(query)))
    except ValueError:
        raise AddressRefused("the options of an address read ?name=value&name=value") from None
    if unknown := sorted(given.keys() - OPTIONS):
        raise AddressRefused(
            f"unknown option in a database's address: {', '.join(unknown)}; known are {', '.join(sorted(OPTIONS))}"
        )
    mode = given.get("sslmode")
    if mode is not None and mode not in SSL_MODES:
        raise AddressRefused(f"sslmode must be one of {', '.join(SSL_MODES)}")
    if given.get("sslrootcert") == SYSTEM and mode != "verify-full":
        raise AddressRefused(
            "sslrootcert=system needs sslmode=verify-full: system authorities certify servers of anybody"
        )
    return given


def _hosts(given: str, port: str) -> tuple[tuple[str, int], ...]:
    """Hosts with ports. ``given`` is ``host[:port][,host[:port]…]``; ``port`` applies to hosts without their own."""
    if not given:
        raise AddressRefused(_FORM)
    return tuple(_host(one, port or str(DEFAULT_PORT)) for one in given.split(","))


def _host(one: str, port: str) -> tuple[str, int]:
    if one.startswith("/"):
        name = one
    elif one.startswith("["):
        name, _, behind = one[1:].partition("]")
        port = behind.removeprefix(":") or port
    else:
        name, _, own = one.partition(":")
        port = own or port
    if not name or not port.isdecimal() or not 0 < int(port) < 65536:
        raise AddressRefused(_FORM)
    return name, int(port)
