"""Rows whose identifiers contradict what is known are listed until a person has merged the pupils or dismissed them."""

from typing import Any

from tests.factories.files import codes, counts
from tests.factories.service import Callers
from tests.integration.services.registration.roster.merging.test_merging import NEW, TEAM, change
from tests.integration.services.registration.roster.pupils.snapshots import line
from tests.integration.services.registration.service import PUPIL_HEADER, Registration

PATH = "/v1/pupil-conflicts"


async def listed(callers: Callers, **params: str) -> list[dict[str, Any]]:
    answer = await callers.ask("GET", PATH, TEAM, "101", params={"municipality": "101", **params})
    assert answer.status_code == 200, answer.text
    items: list[dict[str, Any]] = answer.json()["items"]
    return items


async def test_two_sources_that_have_one_child_are_listed_and_merged(
    registration: Registration, callers: Callers
) -> None:
    await registration.base()
    by_login = line(2, cpr_number="", uni_login="ask00001", local_id="", number=NEW, start="2022-10-17")
    await registration.send("pupils", PUPIL_HEADER + line(1) + by_login)
    both = line(1, uni_login="ask00001")
    for _ in range(2):
        assert codes(await registration.send("pupils", PUPIL_HEADER + both)) == {"pupil.identifiers_conflict": 1}
    (conflict,) = await listed(callers)
    assert (conflict["kind"], conflict["institution_number"]) == ("two_pupils", "910101")
    body = {"merged_pupil_id": conflict["other_id"]}
    assert (await change(callers, conflict["pupil_id"], "merge", body)).status_code == 200
    assert await listed(callers) == []
    assert counts(await registration.send("pupils", PUPIL_HEADER + both))[3] == 0


async def test_two_numbers_for_one_id_are_listed_and_the_remedy_works(
    registration: Registration, callers: Callers
) -> None:
    await registration.base()
    await registration.send("pupils", PUPIL_HEADER + line(1))
    other = line(2, local_id="L1", name="Anden Opdigtsen", number=NEW, start="2022-10-17")
    assert codes(await registration.send("pupils", PUPIL_HEADER + other)) == {"pupil.identifiers_conflict": 1}
    (conflict,) = await listed(callers)
    assert (conflict["kind"], conflict["other_id"]) == ("other_number", None)
    path = f"{PATH}/{conflict['conflict_id']}"
    assert (await callers.ask("POST", f"{path}/dismissal", TEAM, "101")).status_code == 428
    etag = (await callers.ask("GET", path, TEAM, "101")).headers["ETag"]
    done = await callers.ask("POST", f"{path}/dismissal", TEAM, "101", headers={"If-Match": etag})
    assert done.status_code == 200, done.text
    assert await listed(callers) == []
    assert len(await listed(callers, open_only="false")) == 1
    # The remedy of the code: the row without the other child's id.
    assert counts(await registration.send("pupils", PUPIL_HEADER + other.replace(";L1;", ";;"))) == (1, 0, 0, 0)
    for code in ("102", "999"):
        assert (await callers.ask("GET", path, TEAM, code)).status_code == 404


async def test_a_replacement_number_and_the_real_one_are_one_child_in_any_order(registration: Registration) -> None:
    """The former one is known too: here the name and the id agree."""
    await registration.base()
    for number, pupil in (("6101120001", 1), ("0101120002", 1), ("6101120001", 1)):
        assert counts(await registration.send("pupils", PUPIL_HEADER + line(pupil, cpr_number=number)))[3] == 0
    assert len(await registration.rows("SELECT 1 FROM pupil", "101")) == 1


async def test_a_name_and_an_id_in_two_normal_forms_are_one_pupil(registration: Registration) -> None:
    """MacOS writes å as two characters."""
    await registration.base()
    composed = line(1, cpr_number="", local_id="Å-1", name="Åse Blåbærsen")
    decomposed = composed.replace("Å", "A\u030a").replace("å", "a\u030a")
    assert composed != decomposed
    assert counts(await registration.send("pupils", PUPIL_HEADER + composed)) == (1, 0, 0, 0)
    assert counts(await registration.send("pupils", PUPIL_HEADER + decomposed)) == (0, 1, 0, 0)


NUMBERS = "SELECT count(*) AS n FROM former_identifier WHERE kind = 'cpr_number'"
FIRST, SECOND = "6101120001", "6203120002"


async def test_a_number_that_two_sources_change_back_and_forth_is_listed_and_then_stays(
    registration: Registration, callers: Callers
) -> None:
    await registration.base()

    async def night(cpr_number: str, start: str = "2022-08-01") -> tuple[int, int]:
        """How often the number has changed after a file with this number, and how many conflicts are open."""
        receipt = await registration.send("pupils", PUPIL_HEADER + line(1, cpr_number=cpr_number, start=start))
        assert receipt.refused == 0, "the row itself is taken"
        changed = await registration.rows(NUMBERS, "101")
        return int(changed[0]["n"]), len(await listed(callers))

    assert await night(FIRST) == (0, 0)
    assert await night(SECOND) == (1, 0), "a new number is a new number"
    assert await night(FIRST) == (2, 1), "a correction is taken, and somebody looks at it"
    for number in (SECOND, FIRST, SECOND):
        assert await night(number) == (2, 1)
    (conflict,) = await listed(callers)
    assert (conflict["kind"], conflict["other_id"], conflict["institution_number"]) == ("other_number", None, "910101")
    path = f"{PATH}/{conflict['conflict_id']}"
    etag = (await callers.ask("GET", path, TEAM, "101")).headers["ETag"]
    await callers.ask("POST", f"{path}/dismissal", TEAM, "101", headers={"If-Match": etag})
    assert await night(FIRST) == (2, 0), "the sources agree now"
    assert await night(SECOND) == (3, 1), "they do not, and it is open again"
    assert await night(FIRST) == (3, 1)


async def test_the_number_that_a_merge_kept_is_not_taken_back_by_a_file(
    registration: Registration, callers: Callers
) -> None:
    await registration.base()
    other = line(
        2, cpr_number=SECOND, local_id="", uni_login="ask00001", name="Ask Prøvesen 1", number=NEW, start="2022-10-17"
    )
    await registration.send("pupils", PUPIL_HEADER + line(1, cpr_number=FIRST) + other)
    kept, merged = [
        each["pupil_id"]
        for each in await registration.rows(
            "SELECT k.pupil_id FROM pupil_key AS k WHERE k.kind IN ('local_id', 'uni_login') ORDER BY k.kind", "101"
        )
    ]
    body = {"merged_pupil_id": str(merged), "confirm_two_numbers": True}
    assert (await change(callers, str(kept), "merge", body)).status_code == 200
    for row in (other, line(1, cpr_number=FIRST), other):
        assert (await registration.send("pupils", PUPIL_HEADER + row)).refused == 0
    assert (await registration.rows(NUMBERS, "101"))[0]["n"] == 1
    assert [each["kind"] for each in await listed(callers)] == ["other_number"]
