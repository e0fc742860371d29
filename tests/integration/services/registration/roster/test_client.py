"""The typed client of the roster: objects by their ``ETag``, also after lost answers, and who a pupil is."""

from uuid import UUID

import pytest

from libs.shared.client.errors import Refused
from libs.shared.client.pupils.client import Pupils
from libs.shared.client.pupils.models import StayNamed
from libs.shared.client.registration.client import Registration as Client
from libs.shared.client.roster.client import Roster
from libs.shared.client.roster.models import ClassContent, KindRule, SchoolContent
from tests.factories.service import Callers
from tests.integration.services.registration.roster.pupils.snapshots import line
from tests.integration.services.registration.service import PUPIL_HEADER, Registration

SOUTH = "910102"
PLACE = ("910101", "2022/2023", "9X")


async def test_every_put_is_repeated_after_a_lost_answer_and_finds_what_it_wrote(callers: Callers) -> None:
    callers = callers.losing_puts()
    secretariat, it = callers.typed("secretariat"), callers.typed("municipality_integration", "101")
    for status in ("invited", "accepted"):
        known = await Client(secretariat).set_municipality("101", status)
        assert known.name == "København"
    assert secretariat.retries == 2
    roster = Roster(it)
    _, etag = await roster.put_school("101", "910101", SchoolContent(name="Prøveskolen", kind="public"), None)
    school, changed = await roster.put_school("101", "910101", SchoolContent(name="Ny", kind="public"), etag)
    assert (school.name, await roster.school("101", "910101")) == ("Ny", (school, changed))
    made, etag = await roster.put_class("101", PLACE, ClassContent(grade=9, kind="ordinary"), None)
    other, _ = await roster.put_class("101", PLACE, ClassContent(grade=8, kind="special"), etag)
    assert (made.kind, other.kind, other.grade) == ("ordinary", "special", 8)
    _, etag = await roster.put_kind_rules("101", "910101", [KindRule(kind="special", name="*S")], None)
    kept, _ = await roster.put_kind_rules("101", "910101", [KindRule(kind="ordinary", name="*")], etag)
    assert (await roster.kind_rules("101", "910101"))[0] == kept
    assert it.retries == 6


async def test_a_put_that_somebody_else_overtook_stays_refused_after_a_lost_answer(callers: Callers) -> None:
    await callers.set_municipality()
    roster = Roster(callers.typed("municipality_integration", "101"))
    _, etag = await roster.put_school("101", "910101", SchoolContent(name="Først", kind="public"), None)
    await roster.put_school("101", "910101", SchoolContent(name="En anden", kind="public"), etag)
    late = callers.losing_puts().typed("municipality_integration", "101")
    with pytest.raises(Refused) as refused:
        await Roster(late).put_school("101", "910101", SchoolContent(name="For sent", kind="public"), etag)
    assert (refused.value.code, late.retries) == ("precondition.failed", 1)
    assert (await roster.school("101", "910101"))[0].name == "En anden"


async def _known(caller: Client, local_id: str) -> UUID:
    (found,) = await caller.look_up("101", [local_id])
    assert found.pupil_id is not None
    return found.pupil_id


async def test_pupils_are_merged_and_split_and_conflicts_decided(callers: Callers, registration: Registration) -> None:
    await registration.base()
    second = line(2, cpr_number="", local_id="B-7", name="Aske Digtet", number=SOUTH, start="2022-10-17")
    await registration.send("pupils", PUPIL_HEADER + line(1) + second)
    team = callers.typed("resource_team", "101")
    pupils = Pupils(team)
    one, other = [await _known(Client(team), each) for each in ("L1", "B-7")]
    merged = await pupils.merge(one, other)
    assert [(each.kind, each.other_id) for each in merged.changes] == [("merge", other)]
    assert (await pupils.history(other)).pupil_id == one
    stay = next(each for each in merged.stays if each.institution_number == SOUTH)
    theirs = [each.identifier_id for each in merged.identifiers if each.value == "B-7"]
    named = [StayNamed(class_id=stay.class_id, claimed_from=stay.claimed_from)]
    assert (await pupils.records(other)).pupil_id == one
    divided = await pupils.split(one, "Aske Digtet", named, theirs)
    assert divided.pupil_id == one
    assert await _known(Client(team), "B-7") == divided.new_pupil_id

    contradicting = line(3, local_id="L1", name="Anden Opdigtsen", number=SOUTH, start="2022-10-17")
    await registration.send("pupils", PUPIL_HEADER + contradicting)
    (conflict,) = [each async for each in pupils.pupil_conflicts("101")]
    assert (conflict.kind, conflict.pupil_id) == ("other_number", one)
    assert (await pupils.dismiss(conflict.conflict_id)).dismissed_at is not None
    assert [each async for each in pupils.pupil_conflicts("101")] == []
    assert len([each async for each in pupils.pupil_conflicts("101", open_only=False)]) == 1

    await registration.send("pupils", PUPIL_HEADER + line(1, number=SOUTH))
    (claimed,) = [each async for each in pupils.membership_conflicts("101")]
    assert claimed.reason == "same_days"
    decided = await pupils.decide_membership(claimed.conflict_id, SOUTH)
    assert (decided.pupil_id, decided.institution_number) == (one, SOUTH)
    assert [each async for each in pupils.membership_conflicts("101")] == []
    assert [each async for each in pupils.identity_cases("101")] == []
