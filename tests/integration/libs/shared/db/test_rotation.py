"""A database password changes without an outage: two logins overlap, and the old one is retired at the end."""

import asyncio
from pathlib import Path

import asyncpg
import pytest

from libs.shared.db.bootstrap import bootstrap, retire
from libs.shared.db.migrate import migrate
from tests.integration.libs.shared.db.modest import (
    REVISION,
    SECOND_REVISION,
    Modest,
    migrations_in,
    modest_administrator,
)
from tests.integration.libs.shared.db.serving import ROOT, Callers, Serving, issuer, token
from tests.integration.libs.shared.db.test_bootstrap_rights import command, last_words, reads_and_writes_its_own

REGISTRATION = ROOT / "services" / "registration" / "migrations"


async def sessions(modest: Modest, login: str) -> int:
    connection = await asyncpg.connect(modest.superuser_url)
    try:
        return int(await connection.fetchval("SELECT count(*) FROM pg_stat_activity WHERE usename = $1", login))
    finally:
        await connection.close()


async def test_no_request_fails_while_login_and_password_change_and_a_process_takes_over(postgres_dsn: str) -> None:
    async with modest_administrator(postgres_dsn) as modest:
        old, new = modest.roles, modest.with_login("_b")
        await bootstrap(modest.admin_url, [old])
        await migrate(REGISTRATION, old.owner_url)
        with issuer() as address:
            serving, bearer = Serving(address), await token(address)
            async with serving.process(old.app_url) as first:
                callers = Callers(first.url, bearer)
                async with callers.calling(8):
                    await callers.more(10)
                    before = await sessions(modest, old.app.name)
                    await bootstrap(modest.admin_url, [new])
                    await migrate(REGISTRATION, new.owner_url)
                    callers.number = 8  # more callers than connections, so the old process opens new ones
                    async with asyncio.timeout(60):
                        while await sessions(modest, old.app.name) <= before:
                            await callers.more(10)
                    with pytest.raises(asyncpg.RaiseError, match="still has sessions"):
                        await retire(modest.admin_url, [new], wait_seconds=0)
                    async with serving.process(new.app_url) as second:
                        callers.target = second.url
                        assert await first.drain() == 0
                        retired = await retire(modest.admin_url, [new])
                        assert sorted(retired) == sorted(
                            f"{login.name}: can no longer log in" for login in (old.owner, old.app)
                        )
                        await callers.more(60)
                        assert await sessions(modest, new.app.name) > 0
                        await callers.stop()
                assert set(callers.answers) == {"200", "201"}, callers.answers
        with pytest.raises(asyncpg.InvalidAuthorizationSpecificationError):
            await asyncpg.connect(old.app_url)


async def test_tables_and_rights_are_the_same_whichever_login_migrates_and_which_reads(
    postgres_dsn: str, tmp_path: Path
) -> None:
    async with modest_administrator(postgres_dsn) as modest:
        first, second, third = modest.roles, modest.with_login("_b"), modest.with_login("")
        await bootstrap(modest.admin_url, [first])
        await migrate(migrations_in(tmp_path, REVISION), first.owner_url)
        await bootstrap(modest.admin_url, [second])
        await migrate(migrations_in(tmp_path, REVISION, SECOND_REVISION), second.owner_url)
        for roles in (first, second):
            await reads_and_writes_its_own(roles.app_url)
        await retire(modest.admin_url, [second])
        # Then rotate back to the first name, with a third password.
        await bootstrap(modest.admin_url, [third])
        await reads_and_writes_its_own(third.app_url)
        await retire(modest.admin_url, [third])
        assert await retire(modest.admin_url, [third]) == ["no login was left to retire"]
        owner = await asyncpg.connect(third.owner_url)
        owners = await owner.fetch("SELECT tablename, tableowner FROM pg_tables WHERE schemaname = 'public'")
        assert {row["tableowner"] for row in owners} == {third.owner.rights}
        assert {"child", "later"} <= {row["tablename"] for row in owners}
        await owner.close()


async def test_nothing_is_retired_before_its_successor_can_log_in(postgres_dsn: str) -> None:
    async with modest_administrator(postgres_dsn) as modest:
        await bootstrap(modest.admin_url, [modest.roles])
        refused = await asyncio.to_thread(
            command, "bootstrap", "--retire", modest=modest, roles=modest.with_login("_b")
        )
        assert refused.returncode == 2
        assert "cannot log in yet: run bootstrap before retiring" in last_words(refused)
        await (await asyncpg.connect(modest.roles.app_url)).close()
