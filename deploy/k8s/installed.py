"""Checks whether an overlay can be installed for real pupils: it has the settings that the base leaves open, and none
that is for development.
"""

from collections.abc import Iterator

from deploy.k8s.environment import settings_given
from deploy.k8s.expected import processes
from deploy.k8s.rendering import Manifest, of_kind, title

ISSUER, PROFILE = "SKOLELOEFT_OIDC_ISSUER", "SKOLELOEFT_PROFILE"


def not_installable(manifests: list[Manifest]) -> list[str]:
    """The settings that are missing or that are for development."""
    serving = {process.name for process in processes().values() if process.serves}
    return [
        f"{title(made)}: {fault}"
        for made in of_kind(manifests, "Deployment")
        if made["metadata"]["name"] in serving
        for fault in _process(settings_given(made, manifests))
    ]


def _process(given: dict[str, str]) -> Iterator[str]:
    if given.get(PROFILE, "production") != "production":
        yield f"{PROFILE} is {given[PROFILE]}, in which anybody gets a token: for trying alone"
    issuer = given.get(ISSUER)
    if not issuer:
        yield f"no {ISSUER}: nobody could sign in"
    elif not issuer.startswith("https://"):
        yield f"{ISSUER} is {issuer}, and not https"
