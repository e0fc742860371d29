"""The roles of a database, as its addresses name them.

A database has two roles that hold rights: the owner, which migrates, and the application role, which owns nothing and
cannot pass row-level security. Each has two names to log in by, its own and the same with ``_b``, of which the address
names the one in use. The second is a member of the first and acts as it from its first statement (``SET role``), so
owners of tables, default privileges and policies are the same whoever logs in. Two logins are two passwords that are
valid at once, which is how a password is changed without an outage.
"""

from dataclasses import dataclass, field
from typing import Self

from libs.shared.db.address import Address, AddressRefused

SECOND = "_b"


@dataclass(frozen=True, slots=True)
class Login:
    """A name to log in by. ``password`` None: by client certificate."""

    name: str
    password: str | None = field(repr=False)

    @classmethod
    def of(cls, url: str) -> Self:
        """Raises ``AddressRefused`` for an address that carries neither password nor certificate."""
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
        """The login that is not in use, or no longer."""
        return self.rights if self.name != self.rights else self.rights + SECOND


@dataclass(frozen=True, slots=True)
class DatabaseRoles:
    """A database with the addresses its owner and its application role use."""

    owner_url: str = field(repr=False)
    app_url: str = field(repr=False)

    @property
    def name(self) -> str:
        """The database's name. Raises ``AddressRefused`` if the two addresses differ in it."""
        owner, app = Address.parse(self.owner_url), Address.parse(self.app_url)
        if owner.database != app.database:
            raise AddressRefused("owner and application address must name the same database")
        return owner.database

    @property
    def owner(self) -> Login:
        """Who migrates."""
        return Login.of(self.owner_url)

    @property
    def app(self) -> Login:
        """Who reads and writes. Raises ``AddressRefused`` if it is the owner."""
        app = Login.of(self.app_url)
        if app.rights == self.owner.rights:
            raise AddressRefused("owner and application address must name two roles")
        return app
