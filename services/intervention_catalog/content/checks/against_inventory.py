"""Checks that the content has every item of the inventory."""

from collections import Counter
from collections.abc import Iterable, Iterator

from services.intervention_catalog.content.checks.fault import Fault, FaultKind
from services.intervention_catalog.content.files import Content
from services.intervention_catalog.content.models.inventory import Addressed, RecommendationFound, TrialActionFound
from services.intervention_catalog.content.models.recommendations import Audience, Recommendation, Weight
from services.intervention_catalog.content.models.shared import SourceRef
from services.intervention_catalog.content.models.trial_actions import TrialAction

_SCHOOL = {Audience.SCHOOL_LEADER, Audience.SCHOOL_BOARD, Audience.EVERYONE}


def inventory_faults(content: Content) -> Iterator[Fault]:
    """A fault for each item that is missing, unknown to the inventory, duplicated, or different from the inventory."""
    actions = content.inventory.trial_actions
    recommendations = content.inventory.recommendations
    yield from _ids("trial_actions", actions.items, content.trial_actions.trial_actions)
    yield from _ids("recommendations", recommendations.items, content.recommendations.recommendations)
    found_actions = {each.id: each for each in actions.items}
    for action in content.trial_actions.trial_actions:
        if found := found_actions.get(action.id):
            for sentence in _action_differences(action, found, actions.file):
                yield Fault(FaultKind.INVENTORY, f"trial_actions[{action.id}]", sentence)
    sections = {each.id: each.section for each in content.recommendations.themes}
    found_recommendations = {each.id: each for each in recommendations.items}
    for one in content.recommendations.recommendations:
        if bullet := found_recommendations.get(one.id):
            for sentence in _recommendation_differences(one, bullet, recommendations.file, sections.get(one.theme)):
                yield Fault(FaultKind.INVENTORY, f"recommendations[{one.id}]", sentence)


def _ids(
    file: str,
    found: Iterable[TrialActionFound | RecommendationFound],
    written: Iterable[TrialAction | Recommendation],
) -> Iterator[Fault]:
    in_inventory, in_content = Counter(each.id for each in found), Counter(each.id for each in written)
    for name, times in (in_inventory + in_content).items():
        place = f"{file}[{name}]"
        if not in_content[name]:
            yield Fault(FaultKind.INVENTORY, place, "is in the inventory and not in the content")
        elif not in_inventory[name]:
            yield Fault(FaultKind.INVENTORY, place, "is in the content and not in the inventory")
        elif times > 2:
            yield Fault(FaultKind.INVENTORY, place, "stands more than once")


def _action_differences(action: TrialAction, found: TrialActionFound, file: str) -> Iterator[str]:
    if action.municipality.name != found.municipality:
        yield f"municipality {action.municipality.name} where the source has {found.municipality}"
    heading = found.school or ""
    if bool(action.schools) != bool(heading) or not all(school in heading for school in action.schools):
        yield f"schools {', '.join(action.schools) or 'none'} where the source has {heading or 'none'}"
    if not _stands_at(action.sources, file, found.lines):
        yield f"no source reference to {file}, lines {found.lines[0]}-{found.lines[1]}"


def _recommendation_differences(
    one: Recommendation, found: RecommendationFound, file: str, section: str | None
) -> Iterator[str]:
    if one.numbers != found.numbers:
        yield f"numbers {', '.join(one.numbers)} where the source has {', '.join(found.numbers)}"
    if (one.weight is Weight.CENTRAL) != (found.tier == "text"):
        yield f"weight {one.weight} where the source has it in the {found.tier}"
    if section != found.section:
        yield f"theme {one.theme} where the source has it in section {found.section}"
    if not _audience_fits(set(one.audience), found.addressed):
        yield f"audience {', '.join(one.audience) or 'none'} where the source's heading gives {found.addressed}"
    if not _stands_at(one.sources, file, found.lines):
        yield f"no source reference to {file}, lines {found.lines[0]}-{found.lines[1]}"


def _audience_fits(audience: set[Audience], addressed: Addressed) -> bool:
    match addressed:
        case Addressed.BOX:
            return True
        case Addressed.MINISTER | Addressed.MUNICIPAL_COUNCIL:
            return audience == {Audience(addressed.value)}
        case Addressed.NOBODY_NAMED:
            return bool(audience) and audience <= _SCHOOL


def _stands_at(sources: Iterable[SourceRef], file: str, lines: tuple[int, ...]) -> bool:
    return any(each.file == file and each.lines == lines for each in sources)
