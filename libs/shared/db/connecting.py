"""Opens every connection to PostgreSQL: pooled or separate, of a service, the event log or a command.

Each has time limits on both sides (see ``limits``), so that a lost server does not hold the client, nor a lost client
the server.
"""

import socket
import ssl
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

import asyncpg

from libs.shared.db.address import SYSTEM, Address
from libs.shared.db.limits import ConnectionLimits, WorkLimits, milliseconds

if TYPE_CHECKING:
    _Driver = asyncpg.Connection[Any]
else:
    _Driver = asyncpg.Connection


class Connection(_Driver):
    """The driver's connection, whose time limit for a command can be changed between transactions."""

    __slots__ = ()
    _config: Any
    _transport: Any

    def allow(self, command_seconds: float) -> None:
        """Set how long to wait for the answer to a command from now on.

        The driver has no public method for it (its ``command_timeout`` is given when connecting, and SQLAlchemy passes
        none with a statement); ``test_limits.py`` fails if this stops working.
        """
        self._config = self._config._replace(command_timeout=command_seconds)

    def notice_silence(self, limits: ConnectionLimits) -> None:
        """Make the kernel detect a lost server; a unix socket does not need it."""
        found = self._transport.get_extra_info("socket")
        if found is None or found.family not in (socket.AF_INET, socket.AF_INET6):
            return
        found.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
        for name, value in (
            ("TCP_KEEPIDLE", limits.keepalive_idle),
            ("TCP_KEEPINTVL", limits.keepalive_interval),
            ("TCP_KEEPCNT", limits.keepalive_count),
            ("TCP_USER_TIMEOUT", round(limits.user_timeout * 1000)),
        ):
            if hasattr(socket, name):  # not every operating system has all of them
                found.setsockopt(socket.IPPROTO_TCP, getattr(socket, name), value)


async def connect(
    address: Address,
    *,
    application_name: str,
    limits: ConnectionLimits | None = None,
    work: WorkLimits | None = None,
    silent_seconds: float | None = None,
) -> Connection:
    """A connection to ``address``. The server ends it when it receives no statement for ``silent_seconds``.

    Raises ``AddressRefused`` for a missing file, and ``OSError``, ``TimeoutError`` or the driver's own exceptions;
    none of them repeats the password.
    """
    limits, work = limits or ConnectionLimits(), work or WorkLimits()
    address.require_files()
    settings = {
        "application_name": application_name,
        **work.settings(),
        "tcp_keepalives_idle": str(limits.keepalive_idle),
        "tcp_keepalives_interval": str(limits.keepalive_interval),
        "tcp_keepalives_count": str(limits.keepalive_count),
        "tcp_user_timeout": milliseconds(limits.user_timeout),
    }
    if silent_seconds is not None:
        settings["idle_session_timeout"] = milliseconds(silent_seconds)
    made: Connection = await asyncpg.connect(
        **_place(address),
        timeout=limits.connect_seconds,
        command_timeout=work.command_seconds,
        server_settings=settings,
        connection_class=Connection,
    )
    made.notice_silence(limits)
    return made


def _place(address: Address) -> dict[str, Any]:
    """The connection arguments. Certificate files are read for each connection, as they may be rotated."""
    place: dict[str, Any] = {
        "host": [host for host, _ in address.hosts],
        "port": [port for _, port in address.hosts],
        "user": address.user,
        "password": address.password,
        "database": address.database,
    }
    if attributes := address.options.get("target_session_attrs"):
        place["target_session_attrs"] = attributes
    if address.options.get("sslrootcert") == SYSTEM:
        return place | {"ssl": _system(address)}
    # The driver accepts libpq's TLS options only as part of an address; this one contains nothing else.
    return place | {"dsn": f"postgresql://?{urlencode(address.tls)}" if address.tls else None}


def _system(address: Address) -> ssl.SSLContext:
    context = ssl.create_default_context()
    if certificate := address.options.get("sslcert"):
        context.load_cert_chain(certificate, address.options.get("sslkey"))
    return context
