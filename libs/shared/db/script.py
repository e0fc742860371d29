"""The statements of the bootstrap: executed over a connection (``bootstrap``) or printed for psql (``printed``).

Every statement may be run again. They need a role with CREATEROLE and CREATEDB, and a superuser only where a role has
more power than a service's role may have.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from libs.shared.db.roles import Login, Roles
from libs.shared.db.scram import verifier


@dataclass(frozen=True, slots=True)
class Statement:
    """A statement for the current database."""

    sql: str


@dataclass(frozen=True, slots=True)
class MakeDatabase:
    """Create the database if it does not exist; this statement cannot run in a transaction."""

    name: str
    owner: str

    @property
    def sql(self) -> str:
        """The statement. It uses template0 and UTF-8, so that the server's own locale does not matter."""
        return f"CREATE DATABASE {name(self.name)} OWNER {name(self.owner)} TEMPLATE template0 ENCODING 'UTF8'"


@dataclass(frozen=True, slots=True)
class Connect:
    """Continue in this database; None: in the administrator's own."""

    database: str | None


Part = Statement | MakeDatabase | Connect


def name(given: str) -> str:
    """The text quoted as an SQL identifier."""
    return '"' + given.replace('"', '""') + '"'


def literal(given: str) -> str:
    """The text quoted as an SQL string."""
    return "'" + given.replace("'", "''") + "'"


def make(databases: Iterable[Roles]) -> Iterator[Part]:
    """The statements that create roles and databases, or change what differs."""
    for entry in databases:
        owner, apps = entry.owner, entry.apps
        for login in (owner, *apps):
            yield from _login(login)
        yield MakeDatabase(entry.name, owner.rights)
        yield _owned(entry.name, owner.rights)
        yield Statement(f"REVOKE ALL ON DATABASE {name(entry.name)} FROM PUBLIC")
        for app in apps:
            yield Statement(f"GRANT CONNECT, TEMPORARY ON DATABASE {name(entry.name)} TO {name(app.rights)}")
        yield Connect(entry.name)
        yield from _schema(name(owner.rights))
        for app in apps:
            yield Statement(f"GRANT USAGE ON SCHEMA public TO {name(app.rights)}")
            yield from _rights(name(owner.rights), name(app.rights)) if entry.all_rights else ()
        yield Connect(None)


def _login(login: Login) -> Iterator[Statement]:
    for role in dict.fromkeys((login.rights, login.name)):
        yield _made(role)
        yield _modest(role)
    yield _granted_to_administrator(login.rights)
    if login.name != login.rights:
        yield _granted(login.rights, name(login.name))
        yield Statement(f"ALTER ROLE {name(login.name)} SET role = {literal(login.rights)}")
    password = f" PASSWORD {literal(verifier(login.password))}" if login.password else ""
    yield Statement(f"ALTER ROLE {name(login.name)} LOGIN{password}")


def _block(body: str) -> Statement:
    return Statement(f"DO $block$ BEGIN {body} END $block$")


def _made(role: str) -> Statement:
    return _block(
        f"IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = {literal(role)}) THEN"
        f" CREATE ROLE {name(role)} NOLOGIN; END IF;"
    )


_POWERS = "rolsuper OR rolbypassrls OR rolcreaterole OR rolcreatedb OR rolreplication"
_NO_POWERS = "NOSUPERUSER NOBYPASSRLS NOCREATEROLE NOCREATEDB NOREPLICATION"
_AS_SUPERUSER = "EXISTS (SELECT FROM pg_roles WHERE rolname = current_user AND rolsuper)"


def _modest(role: str) -> Statement:
    """Take away attributes such as BYPASSRLS, with which row-level security would not hold.

    Nothing is changed if the role has none of them, because only a superuser may name some of these attributes.
    """
    change = f"ALTER ROLE {name(role)} {_NO_POWERS}"
    own = literal(f"role {role} is the administrator's own: a service needs roles of its own in its addresses")
    powers = literal(f"role {role} has powers that no service may have; a superuser must first run: {change}")
    return _block(
        f"IF EXISTS (SELECT FROM pg_roles WHERE rolname = {literal(role)} AND ({_POWERS})) THEN"
        f" IF current_user = {literal(role)} THEN RAISE EXCEPTION USING MESSAGE = {own}; END IF;"
        f" IF NOT {_AS_SUPERUSER} THEN RAISE EXCEPTION USING MESSAGE = {powers}; END IF;"
        f" {change}; END IF;"
    )


def _granted(role: str, to: str, condition: str = "true") -> Statement:
    """Grant membership with the right to act as the role; since PostgreSQL 16 that must be stated by options."""
    grant = f"GRANT {name(role)} TO {to}"
    return _block(
        f"IF {condition} THEN IF current_setting('server_version_num')::int >= 160000"
        f" THEN EXECUTE {literal(grant + ' WITH INHERIT TRUE, SET TRUE')}; ELSE EXECUTE {literal(grant)}; END IF;"
        " END IF;"
    )


def _granted_to_administrator(role: str) -> Statement:
    """Grant the role to the administrator, who must be able to act as it to create a database for it."""
    return _granted(role, "CURRENT_USER", f"NOT {_AS_SUPERUSER}")


def _owned(database: str, owner: str) -> Statement:
    """Change the owner of a database that exists with another one."""
    return _block(
        f"IF EXISTS (SELECT FROM pg_database WHERE datname = {literal(database)}"
        f" AND pg_get_userbyid(datdba) <> {literal(owner)})"
        f" THEN ALTER DATABASE {name(database)} OWNER TO {name(owner)}; END IF;"
    )


def _schema(owner: str) -> Iterator[Statement]:
    yield Statement(f"ALTER SCHEMA public OWNER TO {owner}")
    yield Statement("REVOKE ALL ON SCHEMA public FROM PUBLIC")


def _rights(owner: str, app: str) -> Iterator[Statement]:
    defaults = f"ALTER DEFAULT PRIVILEGES FOR ROLE {owner} IN SCHEMA public GRANT"
    yield Statement(f"{defaults} SELECT, INSERT, UPDATE, DELETE ON TABLES TO {app}")
    yield Statement(f"{defaults} USAGE, SELECT ON SEQUENCES TO {app}")


def retire(databases: Iterable[Roles]) -> Iterator[Part]:
    """The statements that end the logins that no address names any more, after checking that none is in use."""
    logins = [login for entry in databases for login in (entry.owner, *entry.apps)]
    for login in logins:
        yield _replaceable(login)
    for login in logins:
        other = literal(login.other)
        yield _block(
            f"IF EXISTS (SELECT FROM pg_roles WHERE rolname = {other} AND rolcanlogin) THEN"
            f" ALTER ROLE {name(login.other)} NOLOGIN PASSWORD NULL; END IF;"
        )


def _replaceable(login: Login) -> Statement:
    new = literal(f"role {login.name} cannot log in yet: run bootstrap before retiring {login.other}")
    used = literal(f"{login.other} still has sessions: restart the processes that log in by it, then retire it")
    can_log_in = f"EXISTS (SELECT FROM pg_roles WHERE rolname = {literal(login.name)} AND rolcanlogin)"
    in_use = f"EXISTS (SELECT FROM pg_stat_activity WHERE usename = {literal(login.other)})"
    return _block(
        f"IF NOT {can_log_in} THEN RAISE EXCEPTION USING MESSAGE = {new}; END IF;"
        f" IF {in_use} THEN RAISE EXCEPTION USING MESSAGE = {used}; END IF;"
    )


def printed(parts: Iterable[Part]) -> Iterator[str]:
    """The statements as lines for psql. Passwords are given as SCRAM verifiers, with which nobody can log in."""
    yield "-- Run it as a role with CREATEROLE and CREATEDB: psql -X -f THIS_FILE postgresql://admin@host/postgres"
    yield "\\set ON_ERROR_STOP on"
    yield "\\set administration :DBNAME"
    for part in parts:
        match part:
            case Statement(sql):
                yield f"{sql};"
            case MakeDatabase(database, _):
                missing = f"NOT EXISTS (SELECT FROM pg_database WHERE datname = {literal(database)})"
                yield f"SELECT {literal(part.sql)} WHERE {missing} \\gexec"
            case Connect(None):
                yield '\\connect :"administration"'
            case Connect(str(database)):
                yield f"\\connect {name(database)}"
