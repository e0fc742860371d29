"""The part of a municipality's own staff: they decide what no file says."""

from dataclasses import dataclass
from uuid import UUID

from journey.account import Account
from journey.neighbours import LATER, YEAR, Neighbours
from journey.platform import Platform
from libs.shared.client.pupils.client import Pupils
from libs.shared.client.roster.client import Roster
from libs.shared.client.roster.models import DisclosureAsked, KindRule, PupilRow

SCHOOL_YEAR = "2022/2023"
ORDINARY = KindRule(kind="ordinary", name="*")
NAME, OTHER_NAME = "Nora Opdigtsen", "Nora O."
WHY = "Forældrene skal kaldes til et møde om barnets forløb."


@dataclass(frozen=True, slots=True)
class Desk:
    """What the part works with: the municipality that sends SkoleGrunddata."""

    account: Account
    platform: Platform
    neighbours: Neighbours

    @property
    def code(self) -> str:
        """The municipality's code."""
        return self.neighbours.xml.code

    async def it(self) -> Roster:
        """The municipality's system."""
        return Roster(await self.platform.caller("municipality_integration", self.code))


async def say_kinds(work: Desk) -> None:
    """SkoleGrunddata does not say which classes are special, so the evaluation counts none of them. A rule per school
    says it.
    """
    it, schools = await work.it(), [each.institution_number for each in work.neighbours.xml.schools]
    before = (await it.coverage(work.code, LATER)).figures
    work.account.check("pupils in classes of unknown kind", before.class_kind_unknown, before.pupils)
    for number in schools:
        await it.put_kind_rules(work.code, number, [ORDINARY], None)
    after = (await it.coverage(work.code, LATER)).figures
    work.account.check("the same with a rule for each school", after.class_kind_unknown, 0)
    work.account.say(
        f"{before.class_kind_unknown} pupils are in classes of which the files do not say whether they are ordinary; a "
        f"rule for each of {len(schools)} schools says it, and none is left."
    )


async def merge(work: Desk) -> UUID:
    """Two systems send one child under ids of their own; somebody who knows the child makes them one. Returns its
    id.
    """
    it = await work.it()
    pupils = Pupils(await work.platform.caller("resource_team", work.code))
    line = work.neighbours.mover.line
    place = (line.school.institution_number, SCHOOL_YEAR, line.class_name(YEAR))
    found = []
    for name, ids in ((NAME, {"local_id": "N-1"}), (OTHER_NAME, {"uni_login": "nora0001"})):
        row = PupilRow(
            municipality_code=work.code,
            name=name,
            institution_number=place[0],
            school_year=place[1],
            class_name=place[2],
            valid_from=LATER,
            name_protected=True if name == NAME else None,
            **ids,
        )
        taken = await it.send_pupil(row)
        work.account.check(f"row of {name}", (taken.outcome, taken.pupil_id is not None), ("accepted", True))
        found.append(taken.pupil_id or UUID(int=0))
    one, other = found
    work.account.check("two records of one child", one != other, True)
    history = await pupils.merge(one, other)
    work.account.check("merged", [(each.kind, each.other_id) for each in history.changes], [("merge", other)])
    kinds = sorted(each.kind for each in history.identifiers)
    work.account.check("identifiers that find the child", kinds, ["local_id", "uni_login"])
    work.account.check("the former id leads to it", (await pupils.history(other)).pupil_id, one)
    work.account.say("Two records of one child are made one: both ids find it, and a split would take that back.")
    return one


async def disclose(work: Desk, pupil_id: UUID) -> None:
    """The child's name is protected: nobody sees it, unless it is lifted for a reason, which is recorded for good."""
    team = Roster(await work.platform.caller("resource_team", work.code))
    shown = await team.disclose(pupil_id, DisclosureAsked(purpose="parents", reason=WHY))
    work.account.check("the disclosed name", shown.name, NAME)
    listed = [(each.pupil_id, each.reason) async for each in team.disclosures(work.code)]
    work.account.check("recorded disclosures", listed, [(pupil_id, WHY)])
    work.account.say(f"The protected name is shown once, until {shown.ends_at:%d %b %Y %H:%M}; on record: “{WHY}”")
