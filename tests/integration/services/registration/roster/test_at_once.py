"""Two real transactions, interleaved."""

import asyncio
from uuid import UUID, uuid4

from libs.shared.db.scope import Scope
from libs.shared.events.outbox import Outbox
from libs.shared.privacy.keys import BlindIndex
from services.registration.roster.identity.use_cases import persons
from services.registration.roster.lock import lock_roster
from services.registration.roster.pupils.publishing import publish_members
from tests.integration.services.registration.service import ASK, PUPIL_HEADER, Registration


async def test_two_municipalities_that_meet_one_new_person_at_once_agree_on_its_id(registration: Registration) -> None:
    index = BlindIndex(registration.blind_index_keys)
    numbers = [f"6{day}01120008" for day in range(1, 10)]
    inside = asyncio.Event()

    async def meet(code: str, order: list[str], *, first: bool) -> dict[str, UUID]:
        async with registration.db.write(Scope.of(code)) as session:
            found = await persons(session, index, {number: uuid4() for number in order})
            if first:
                inside.set()
                await asyncio.sleep(0.5)  # the other one waits for the first one's uncommitted rows
            return found

    async def second() -> dict[str, UUID]:
        await inside.wait()
        return await meet("102", numbers[::-1], first=False)

    one, other = await asyncio.gather(meet("101", numbers, first=True), second())
    assert one == other


async def test_a_pupil_that_comes_while_its_class_changes_grade_ends_with_the_new_grade(
    registration: Registration,
) -> None:
    await registration.base()
    (row,) = await registration.rows(
        "SELECT c.class_id FROM class_ c JOIN school s USING (school_id) "
        "WHERE c.name = '5A' AND c.school_year = '2022/2023' AND s.institution_number = '910101'",
        "101",
    )
    async with registration.db.write(Scope.of("101")) as session:
        await lock_roster(session, "101")
        sending = asyncio.create_task(registration.send("pupils", PUPIL_HEADER + ASK))
        await asyncio.sleep(0.5)
        connection = await session.connection()
        await connection.exec_driver_sql("UPDATE class_ SET grade = 6 WHERE class_id = $1", (row["class_id"],))
        await publish_members(session, [row["class_id"]], outbox=Outbox("registration"))
        assert not sending.done()
    await sending
    (event,) = await registration.events("pupil")
    assert event["memberships"][0]["grade"] == 6
