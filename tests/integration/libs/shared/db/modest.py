"""An administrator with only CREATEROLE and CREATEDB, as most managed servers provide."""

import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import asyncpg
from sqlalchemy import make_url

from libs.shared.db.roles import DatabaseRoles
from tests.realparts.databases import drop, roles_of

ENV = """
from libs.shared.db.environment import run
from libs.shared.db.metadata import new_metadata
run(new_metadata())
"""
REVISION = """
from alembic import op
from libs.shared.db import tenancy
revision, down_revision = "0001", None
def upgrade():
    op.execute("CREATE TABLE child (id int, municipality_code text NOT NULL)")
    tenancy.enable(op, "child")
def downgrade():
    op.execute("DROP TABLE child")
"""
SECOND_REVISION = """
from alembic import op
revision, down_revision = "0002", "0001"
def upgrade():
    op.execute("CREATE TABLE later (id int)")
    op.execute("ALTER TABLE child ADD COLUMN name text")
def downgrade():
    op.execute("DROP TABLE later")
"""


@dataclass(frozen=True)
class Modest:
    """The administrator's address, a database's roles, and the superuser's address for checks."""

    admin_url: str
    roles: DatabaseRoles
    superuser_url: str

    def with_login(self, suffix: str) -> DatabaseRoles:
        """The same database with other logins and new passwords."""
        owner, app = (make_url(url) for url in (self.roles.owner_url, self.roles.app_url))
        return DatabaseRoles(*(
            url.set(
                username=str(url.username).removesuffix("_b") + suffix, password=secrets.token_urlsafe(12)
            ).render_as_string(hide_password=False)
            for url in (owner, app)
        ))  # fmt: skip


@asynccontextmanager
async def modest_administrator(superuser_url: str, *, rights: str = "CREATEROLE CREATEDB") -> AsyncIterator[Modest]:
    """A new administrator, which is dropped after the block with its database and roles."""
    name, password = f"t_admin_{secrets.token_hex(4)}", secrets.token_urlsafe(12)
    superuser = await asyncpg.connect(superuser_url)
    await superuser.execute(f"CREATE ROLE {name} LOGIN {rights} PASSWORD '{password}'")
    url = make_url(superuser_url).set(username=name, password=password).render_as_string(hide_password=False)
    roles = roles_of(superuser_url, f"t_{secrets.token_hex(6)}")
    try:
        yield Modest(url, roles, superuser_url)
    finally:
        await drop(superuser_url, roles.name)
        await superuser.execute(f"DROP OWNED BY {name}")
        await superuser.execute(f"DROP ROLE {name}")
        await superuser.close()


def migrations_in(folder: Path, *revisions: str) -> Path:
    """Write an Alembic folder with these revisions; returns it."""
    (folder / "versions").mkdir(parents=True, exist_ok=True)
    (folder / "env.py").write_text(ENV)
    (folder / "script.py.mako").write_text("")
    for number, revision in enumerate(revisions, 1):
        (folder / "versions" / f"{number:04d}.py").write_text(revision)
    return folder
