"""The check of a file without a server finds the same errors as the services, row by row."""

import asyncio
from pathlib import Path

import pytest
from sqlalchemy import text

from libs.shared.base.clock import danish_date
from libs.shared.base.errors import Problem
from libs.shared.db.scope import Scope
from libs.shared.files.checking import check_file
from libs.shared.files.file_check import FileCheck
from libs.shared.files.kinds.declared import KINDS
from libs.shared.imports.http.access import WHOLE_COUNTRY
from tests.factories.files import ImportsUnderTest
from tests.factories.places import weekdays
from tests.integration.services.absence_ingest.service import MIGRATIONS as OF_ABSENCE
from tests.integration.services.absence_ingest.service import NORTH, SOUTH, YEAR, AbsenceIngest
from tests.integration.services.registration.service import ASK, PUPIL_HEADER, Registration
from tests.integration.services.registration.service import MIGRATIONS as OF_REGISTRATION
from tests.realparts.databases import MakeDatabase

CASES = Path(__file__).parent / "cases"
FILES = sorted(CASES.glob("*.csv"))
ABSENCE_KINDS = {"absence", "completeness"}
OTHER_FORMATS = ("skolegrunddata.", "oneroster.")


class Services:
    """Both services that take files, each with earlier data of a municipality."""

    def __init__(self, registration: Registration, absence: AbsenceIngest) -> None:
        self.registration, self.absence = registration, absence

    def of(self, kind: str) -> ImportsUnderTest:
        """The service that takes the kind."""
        return self.absence if kind in ABSENCE_KINDS else self.registration

    async def refused(self, kind: str, content: bytes) -> dict[int, list[str]]:
        """Send and process a file; returns row number → codes. Raises the ``Problem`` of a file that is refused as a
        whole.
        """
        service, code = self.of(kind), WHOLE_COUNTRY if kind == "institutions" else "101"
        receipt = await service.finish(await service.queue(kind, content, code))
        async with service.db.read(Scope.of(code)) as session:
            found = await session.execute(
                text("SELECT row_no, errors FROM import_refusal WHERE receipt_id = :id"), {"id": receipt.id}
            )
            return {row_no: [error["code"] for error in errors] for row_no, errors in found}


@pytest.fixture
async def services(make_database: MakeDatabase) -> Services:
    registration = Registration.on((await make_database(OF_REGISTRATION)).db)
    await registration.base()
    await registration.send("pupils", PUPIL_HEADER + ASK)
    absence = AbsenceIngest((await make_database(OF_ABSENCE)).db)
    await absence.accept()
    await absence.school(NORTH, weekdays(*YEAR))
    await absence.school(SOUTH, weekdays(*YEAR))
    await absence.take([absence.by_cpr("Ask", "6101124001")])
    return Services(registration, absence)


def checked(path: Path, services: Services) -> FileCheck:
    """The result of the check without a server, with the same date as the service that takes the file."""
    check = check_file(path)
    if check.kind is not None and check.kind.name in ABSENCE_KINDS:
        check = check_file(path, today=danish_date(services.absence.clock()))
    return check


@pytest.mark.parametrize("path", FILES, ids=[path.stem for path in FILES])
async def test_both_refuse_the_same_rows_but_for_rules_that_need_what_is_stored(path: Path, services: Services) -> None:
    check = checked(path, services)
    kind = check.kind.name if check.kind else "absence"
    needs_server = {said.code for said in check.needs_server}
    offline = {row.row: [error.said.code for error in row.errors] for row in check.shown}
    content = await asyncio.to_thread(path.read_bytes)
    if check.problem is not None:
        with pytest.raises(Problem) as refused:
            await services.refused(kind, content)
        assert refused.value.code == check.problem.code
        return
    online = await services.refused(kind, content)
    assert {row: codes for row, codes in online.items() if row in offline or not set(codes) <= needs_server} == offline


def test_the_files_meet_every_code_of_a_row_that_needs_no_server() -> None:
    """Codes about character sets, JSON, SkoleGrunddata and OneRoster are not among them, because the files are CSV in
    UTF-8. The tests of the two other formats compare their codes themselves.
    """
    checks = [check_file(path) for path in FILES]
    met = {error.said.code for check in checks for row in check.shown for error in row.errors}
    kinds = {check.kind for check in checks if check.kind}
    assert kinds == set(KINDS)
    rules = {text.code for kind in kinds for text in kind.errors if not text.needs_server}
    assert rules - met == {code for code in rules if code.startswith(OTHER_FORMATS)}
