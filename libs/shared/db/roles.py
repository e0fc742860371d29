"""The roles of a database, as its addresses name them.

A database has two roles with rights: the owner, which migrates, and the application role, which owns nothing and cannot
bypass row-level security. Each has two logins, its own name and the same with ``_b``; the address names the one in use.
The second login is a member of the role, and its sessions run as the role from the first statement (``SET role``). So
both logins create tables with the same owner and have the same default privileges and policies. With two logins two
passwords are valid at the same time, so a password can be changed without an outage.
"""

from dataclasses import dataclass, field
from typing import Protocol, Self

from libs.shared.db.address import Address, AddressRefused

SECOND = "_b"


@dataclass(frozen=True, slots=True)
class Login:
    """A login. ``password`` None: it uses a client certificate."""

    name: str
    password: str | None = field(repr=False)

    @classmethod
    def of(cls, url: str) -> Self:
        """The login in an address. Raises ``AddressRefused`` for one with neither password nor certificate."""
        address = Address.parse(url)
        if address.user is None or (address.password is None and "sslcert" not in address.options):
            raise AddressRefused("an address must carry user and password, or user and sslcert")
        return cls(address.user, address.password)

    @property
    def rights(self) -> str:
        """The role that holds the rights."""
        return self.name.removesuffix(SECOND)

    @property
    def other(self) -> str:
        """The login that is not in use."""
        return self.rights if self.name != self.rights else self.rights + SECOND


class Roles(Protocol):
    """A database with its owner and the other roles that connect to it."""

    @property
    def name(self) -> str:
        """The database's name. Raises ``AddressRefused`` if the addresses differ in it."""

    @property
    def owner(self) -> Login:
        """The role that migrates."""

    @property
    def apps(self) -> tuple[Login, ...]:
        """The roles that read and write. Raises ``AddressRefused`` if one is the owner."""

    @property
    def all_rights(self) -> bool:
        """Whether ``apps`` may read and write every table that the owner creates; else the owner grants each right."""


def _database(owner_url: str, *app_urls: str) -> str:
    name = Address.parse(owner_url).database
    if any(Address.parse(url).database != name for url in app_urls):
        raise AddressRefused("owner and application address must name the same database")
    return name


def _not_owner(url: str, owner: Login) -> Login:
    app = Login.of(url)
    if app.rights == owner.rights:
        raise AddressRefused("owner and application address must name two roles")
    return app


@dataclass(frozen=True, slots=True)
class DatabaseRoles:
    """A service's database, with the addresses of its owner and of its application role."""

    owner_url: str = field(repr=False)
    app_url: str = field(repr=False)

    @property
    def name(self) -> str:
        """See ``Roles``."""
        return _database(self.owner_url, self.app_url)

    @property
    def owner(self) -> Login:
        """See ``Roles``."""
        return Login.of(self.owner_url)

    @property
    def app(self) -> Login:
        """The role that reads and writes. Raises ``AddressRefused`` if it is the owner."""
        return _not_owner(self.app_url, self.owner)

    @property
    def apps(self) -> tuple[Login, ...]:
        """See ``Roles``."""
        return (self.app,)

    @property
    def all_rights(self) -> bool:
        """See ``Roles``."""
        return True


@dataclass(frozen=True, slots=True)
class SharedRoles:
    """A database that several services use, each by a role named ``<database>_<service>``: the event log's.

    None of them has a right until the owner grants it.
    """

    owner_url: str = field(repr=False)
    app_urls: tuple[str, ...] = field(repr=False)

    @property
    def name(self) -> str:
        """See ``Roles``."""
        return _database(self.owner_url, *self.app_urls)

    @property
    def owner(self) -> Login:
        """See ``Roles``."""
        return Login.of(self.owner_url)

    @property
    def apps(self) -> tuple[Login, ...]:
        """See ``Roles``. Raises ``AddressRefused`` for a role with another name too, as rights are granted by name."""
        found = tuple(_not_owner(url, self.owner) for url in self.app_urls)
        if wrong := [app.rights for app in found if not app.rights.startswith(f"{self.name}_")]:
            raise AddressRefused(f"a role of the database {self.name} must be named {self.name}_<service>: {wrong[0]}")
        return found

    @property
    def all_rights(self) -> bool:
        """See ``Roles``."""
        return False
