"""Decides which issuer addresses are acceptable."""

from urllib.parse import urlsplit

from libs.shared.auth.refusals import IssuerRefused
from libs.shared.base.settings import Profile

_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})


def refuse_unsafe_address(address: str, profile: Profile) -> None:
    """Raises ``IssuerRefused`` if in production an issuer's address, or that of its keys, is neither https nor on this
    machine.
    """
    parts = urlsplit(address)
    if profile is Profile.DEVELOPMENT or parts.scheme == "https":
        return
    if parts.scheme != "http" or parts.hostname not in _LOOPBACK:
        raise IssuerRefused("the OpenID issuer (SKOLELOEFT_OIDC_ISSUER) must be an https address in production")
