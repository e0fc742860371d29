"""The steps create exactly the tables in the services' metadata, and remove them again."""

from sqlalchemy import MetaData, text

from libs.shared.db.database import WriteSession
from libs.shared.db.scope import Scope
from libs.shared.db.tenancy import Operations
from libs.shared.imports import steps, tables
from libs.shared.imports.batch import Batch, Judged
from libs.shared.imports.staging import tables as staging
from tests.factories.events import rows
from tests.factories.import_bench import Bench
from tests.factories.imported import DAYS, DaysHandler, day_file, day_lines
from tests.factories.steps import OPEN_TABLES, taken_back_and_again
from tests.realparts.databases import MakeDatabase


async def test_steps_and_metadata_do_not_drift_and_no_table_is_open_to_other_tenants(
    make_database: MakeDatabase,
) -> None:
    own = await make_database()
    assert await taken_back_and_again(own, _Steps(), _define) == []
    # One holds ids of keys but no key and no person's row; the other holds staged rows, to which the application role
    # can only add.
    assert [row["relname"] for row in await rows(own, OPEN_TABLES)] == ["retired_key", "staged_days_rows"]


async def test_the_application_can_add_staged_rows_and_reads_them_by_tenant_alone(bench: Bench) -> None:
    for privilege, may in {"INSERT": True, "SELECT": False, "UPDATE": False, "DELETE": False}.items():
        async with bench.db.read(Scope.of("101")) as session:
            asked = {"table": "staged_days_rows", "privilege": privilege}
            found = await session.execute(text("SELECT has_table_privilege(:table, :privilege)"), asked)
            assert found.scalar_one() is may, privilege
    bench.handler = _Failing()
    await bench.done(day_file(day_lines(5)))
    for code, seen in {"101": 5, "147": 0}.items():
        async with bench.db.read(Scope.of(code)) as session:
            assert (await session.execute(text("SELECT count(*) FROM staged_days"))).scalar_one() == seen


class _Failing(DaysHandler):
    async def judge(self, session: WriteSession, batch: Batch) -> Judged[Batch]:
        raise RuntimeError


def _define(metadata: MetaData) -> None:
    tables.define(metadata)
    staging.define(metadata, DAYS)


class _Steps:
    """The steps of imports, with the staging of a kind as a service adds it."""

    def numbers(self) -> list[int]:
        return steps.numbers()

    def up(self, op: Operations, number: int) -> None:
        steps.up(op, number)
        if number == 1:
            staging.up(op, DAYS)

    def down(self, op: Operations, number: int) -> None:
        if number == 1:
            staging.down(op, DAYS)
        steps.down(op, number)
