"""The address that a request comes from. Only the proxies named in the settings are trusted to state it."""

from collections.abc import Sequence
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

from starlette.datastructures import Headers
from starlette.types import Scope

UNKNOWN = "unknown"
_IPV6_PREFIX = 64


class Addresses:
    """Reads addresses behind ``proxies`` (addresses or networks).

    ``X-Forwarded-For`` is read if the peer is one of the proxies: from the right, past further proxies, to the first
    address that is not a proxy. Anything left of it was written by the caller. ``Forwarded`` (RFC 7239) is not read: a
    proxy that writes one of the two headers passes the other on as the caller wrote it.
    """

    def __init__(self, proxies: Sequence[str] = ()) -> None:
        self._proxies = [ip_network(each, strict=False) for each in proxies]

    def of(self, scope: Scope) -> str:
        """The IPv4 address, or the /64 network of an IPv6 address, as one household or host has a whole /64. It is
        ``unknown`` if there is none.
        """
        peer = _parsed((scope.get("client") or ("",))[0])
        if peer is None or not self._trusts(peer):
            return _counted(peer)
        hops = ",".join(Headers(scope=scope).getlist("x-forwarded-for")).split(",")
        for hop in reversed(hops):
            address = _parsed(hop)
            if address is None:
                break
            peer = address
            if not self._trusts(address):
                break
        return _counted(peer)

    def _trusts(self, address: IPv4Address | IPv6Address) -> bool:
        return any(address in network for network in self._proxies)


def _parsed(text: str) -> IPv4Address | IPv6Address | None:
    """An address with or without a port, IPv4 in IPv6 as IPv4; None for anything else."""
    text = text.strip()
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    try:
        address = ip_address(text.partition("%")[0])
    except ValueError:
        return None
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return mapped or address


def _counted(address: IPv4Address | IPv6Address | None) -> str:
    if address is None:
        return UNKNOWN
    if isinstance(address, IPv6Address):
        return str(ip_network((address, _IPV6_PREFIX), strict=False))
    return str(address)
