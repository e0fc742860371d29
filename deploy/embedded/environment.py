"""The environment of each child process: only its own addresses and keys."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field

from sqlalchemy import make_url

from deploy.embedded.keys import EVENT_LOG, Keys
from libs.shared.base.settings import Profile
from libs.shared.contracts.topics import SERVICES
from libs.shared.db.roles import DatabaseRoles, Roles, SharedRoles

# Variables of the supervisor that a child needs to find Python and its locale; none can contain another's secret.
INHERITED = (
    *("PATH", "HOME", "LANG", "LC_ALL", "TZ", "TMPDIR", "VIRTUAL_ENV", "PYTHONPATH", "SSL_CERT_FILE"),
    "LD_LIBRARY_PATH",  # where a Python built with a shared library may have to look for it
)


@dataclass(frozen=True, slots=True)
class Ports:
    """The services have the ports from ``base`` on, in the order of ``SERVICES``; the development issuer has the next
    one.
    """

    base: int

    def of(self, service: str) -> int:
        """The port of one service's API."""
        return self.base + SERVICES.index(service)

    def worker(self, service: str) -> int:
        """The port of one service's worker, where it is a process of its own."""
        return self.base + len(SERVICES) + 1 + SERVICES.index(service)

    @property
    def issuer(self) -> int:
        """The port of the development issuer."""
        return self.base + len(SERVICES)

    def all(self) -> list[int]:
        """Every port in use."""
        return [*(self.of(service) for service in SERVICES), self.issuer]


@dataclass(frozen=True, slots=True)
class Environment:
    """Makes addresses and environments from the server's address, the keys and the profile."""

    admin_url: str
    keys: Keys
    ports: Ports
    profile: Profile
    issuer: str
    event_log: str | None = None
    """The address of another event log than the embedded one, as ``kafka://…``."""
    more: Mapping[str, str] = field(default_factory=dict)
    """Further settings for every service, without their prefix."""

    def address(self, database: str, role: str) -> str:
        """A role's address of a database; ``role`` is ``owner`` or ``app``, or for the event log a service's name."""
        user = f"{database}_{role}"
        url = make_url(self.admin_url).set(database=database, username=user, password=self.keys.passwords[user])
        return url.render_as_string(hide_password=False)

    def roles(self) -> list[Roles]:
        """The databases and roles that the bootstrap makes."""
        services = [DatabaseRoles(self.address(name, "owner"), self.address(name, "app")) for name in SERVICES]
        users = tuple(self.address(EVENT_LOG, service) for service in SERVICES)
        return [*services, SharedRoles(self.address(EVENT_LOG, "owner"), users)]

    @property
    def bus(self) -> str:
        """The event log's address for its owner, who applies topics and compacts; services use ``bus_of``."""
        return self.event_log or self.address(EVENT_LOG, "owner")

    def bus_of(self, service: str) -> str:
        """The event log's address for one service."""
        return self.event_log or self.address(EVENT_LOG, service)

    def base(self) -> dict[str, str]:
        """The variables of every child."""
        inherited = {name: os.environ[name] for name in INHERITED if name in os.environ}
        return inherited | {"SKOLELOEFT_PROFILE": self.profile.value, "PYTHONUNBUFFERED": "1"}

    def of(self, service: str) -> dict[str, str]:
        """The variables of one service."""
        prefix = service.upper()
        told = self.base() | {
            "SKOLELOEFT_EVENT_LOG": self.bus_of(service),
            "SKOLELOEFT_OIDC_ISSUER": self.issuer,
            "SKOLELOEFT_REQUEST_KEYS": self.keys.request_keys,
            f"{prefix}_DATABASE_URL": self.address(service, "app"),
            f"{prefix}_PORT": str(self.ports.of(service)),
            f"{prefix}_WORKER_PORT": str(self.ports.worker(service)),
        }
        told |= {f"{prefix}_{name}": value for name, value in self.more.items()}
        return told | {f"{prefix}_{name.upper()}": value for name, value in self.keys.of(service).items()}
