"""A school decides about pupils: a gross list with reasons, which is kept, and a decision by people."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from journey.school import START, School
from libs.shared.client.registration.models import Behind, ClassReason, SelectionAsked
from libs.shared.client.screening.models import KeptPupil, ListToKeep

SCREENED = date(2022, 6, 20)
"""In the spring before, because the absence of a whole school year is then known."""

Selected = dict[str, set[UUID]]
"""The pupils whom decisions selected, by how and why."""


@dataclass(frozen=True, slots=True)
class Kept:
    """A gross list that was kept, and its pupils as they were shown then."""

    kept_list_id: UUID
    pupils: Sequence[KeptPupil]


async def show(work: School) -> Kept:
    """The gross list of the small group's school before the courses begin. It is kept, as people decide by it."""
    school = (await work.school_ids())[work.forecast.small_group.institution_number]
    listed = await (await work.team()).gross_list(school, SCREENED)
    work.account.say(
        f"on {SCREENED}: {listed.screened} pupils screened by {listed.rule_set}, "
        f"{len(listed.items)} on the gross list; being on it decides nothing."
    )
    work.account.check("somebody is on the gross list", len(listed.items) > 0, True)
    examples: dict[str, tuple[str, ...]] = {}
    for item in listed.items:
        flags = [verdict for verdict in item.verdicts if verdict.outcome == "flagged"]
        work.account.check("a reason for being listed", len(flags) > 0, True)
        for verdict in flags:
            rule = verdict.rule_id
            examples.setdefault(rule, (rule, item.name or "(protected)", item.class_name, verdict.reason.da))
    work.account.say("one of those flagged by each rule:")
    work.account.table(("rule", "pupil", "class", "reason"), sorted(examples.values()))
    screening = await work.screening()
    kept = await screening.keep(ListToKeep(school_id=school, as_of=SCREENED))
    pupils = [each async for each in screening.kept_list(kept.kept_list_id)]
    work.account.check("kept list: screened, pupils", (kept.screened, len(pupils)), (listed.screened, kept.pupils))
    same = [(each.pupil_id, each.verdicts) for each in pupils[: len(listed.items)]]
    work.account.check("the kept list is the list", same, [(each.pupil_id, each.verdicts) for each in listed.items])
    return Kept(kept.kept_list_id, pupils)


async def show_again(work: School, kept: Kept) -> None:
    """The list on which the decision stands is shown again exactly as it was, after a whole year of other facts."""
    again = [each async for each in (await work.screening()).kept_list(kept.kept_list_id)]
    work.account.check("the kept list, shown again", again, kept.pupils)
    decisions = [each async for each in (await work.screening()).decisions(work.code, is_reversed=False)]
    by_list = [each.pupils for each in decisions if each.kept_list_id == kept.kept_list_id]
    work.account.check("decisions on that list", by_list, [len(work.forecast.small_group.local_ids)])
    work.account.say(f"the gross list of {SCREENED} is shown again: its {len(again)} pupils and all verdicts as then.")


async def decide(work: School, kept: Kept) -> Selected:
    """A person decides about the small group, and the decision is stored with the person, the date and the reason.

    Returns the pupils of this and of the decisions about classes by how and why they were selected.
    """
    team, group = await work.team(), work.forecast.small_group
    decision = SelectionAsked(
        school_id=(await work.school_ids())[group.institution_number],
        kind="group",
        pupil_ids=await work.pupil_ids(group),
        decided_on=SCREENED,
        socially_vulnerable=True,
        behind=[Behind.ACADEMICALLY, Behind.WELLBEING],
        reason="Faglærerne ser samme behov hos de tre; holdet dannes om læsning.",
        parents_dialogue="Samtaler med alle tre hjem i august; de ønsker forløbet.",
        kept_list_id=kept.kept_list_id,
    )
    recorded = await team.select(decision)
    read = await team.selection(recorded.selection_id)
    work.account.check("the decision is kept", read.reason, decision.reason)
    selected = {pupil.pupil_id for pupil in read.pupils}
    work.account.check("pupils of the decision", selected, set(decision.pupil_ids))
    work.account.say(f"decision by {read.decided_by} about a group of {len(read.pupils)}: “{read.reason}”")
    found: Selected = {code: set(selected) for code in ("selected", "group")}
    for name, class_id in (await work.class_ids(work.forecast.co_teaching)).items():
        await _decide_about_class(work, name, class_id, found)
    return found


async def _decide_about_class(work: School, name: str, class_id: UUID, found: Selected) -> None:
    """A whole class is selected with the codes of its reasons; in one of them the school marks who is to benefit."""
    team, chosen = await work.team(), work.forecast.co_teaching
    marked = await work.pupil_ids(chosen) if name == chosen.class_name else []
    reasons = [ClassReason.LOST_TEACHING, *([ClassReason.LOW_WELLBEING] if marked else [])]
    decision = SelectionAsked(
        school_id=(await work.school_ids())[chosen.institution_number],
        kind="class",
        class_id=class_id,
        decided_on=START,
        socially_vulnerable=False,
        behind=[Behind.ACADEMICALLY],
        reasons=reasons,
        designated_pupil_ids=marked,
        reason="Klassen mistede mange timer i foråret.",
        parents_dialogue="Drøftet på forældremødet.",
    )
    pupils = {pupil.pupil_id for pupil in (await team.select(decision)).pupils}
    for code in ("selected", "class", *reasons):
        found.setdefault(code, set()).update(pupils)
    found.setdefault("designated", set()).update(marked)
    work.account.say(f"class {name}: {len(pupils)} pupils selected ({', '.join(reasons)}), {len(marked)} designated.")
