"""The catalog's part: a school searches, and a municipality adds an action that it tried."""

from collections.abc import Sequence
from dataclasses import dataclass

from journey.account import Account
from journey.platform import Platform
from libs.shared.client.intervention_catalog.client import InterventionCatalog
from libs.shared.client.intervention_catalog.models import DraftAsked, Segment, TrialAction, TrialMunicipality
from libs.shared.rules.wording import Text
from synthetic.forecast import Forecast

QUESTION = "hvad goer man ved bekymrende skolefravær"
"""A whole question, typed on a keyboard without ø."""

TITLE = Text(da="Læsemakkere på tværs af årgange", en="Reading partners across year groups")
TRIED = "læsemakkere på tværs"


@dataclass
class Catalog:
    """What the part works with."""

    account: Account
    platform: Platform
    forecast: Forecast


def _trial_action(code: str) -> TrialAction:
    return TrialAction(
        municipality=TrialMunicipality(code=code, name="Prøvekommune"),
        title=TITLE,
        themes=["organisation_of_teaching"],
        stages=["lower", "middle"],
        target=Text(da="2. og 5. årgang på to skoler", en="Grades 2 and 5 at two schools"),
        done=Text(
            da="To gange om ugen læser en elev fra 5. klasse sammen med en fra 2. klasse.",
            en="Twice a week a pupil of grade 5 reads together with one of grade 2.",
        ),
        next_steps=Text(da="Flere årgange er med næste år.", en="More year groups join next year."),
        status="running",
        status_reason=Text(da="Begyndt efter sommerferien.", en="Began after the summer holiday."),
    )


async def look(work: Catalog) -> None:
    """The search answers a question with actions that municipalities tried, and marks the words that matched."""
    found = await (await _school(work)).search(QUESTION, page_size=3)
    work.account.say(f"“{QUESTION}”: {found.total} hits, the first of them")
    for hit in found.items:
        work.account.say(f"   {hit.kind}: {_marked(hit.highlights[0].segments)}")
    about = [hit for hit in found.items if "absence" in hit.themes]
    work.account.check("a trial action about absence among the first three", bool(about), True)


async def share(work: Catalog) -> None:
    """The municipality writes a trial action, the secretariat publishes it, and a search then finds it."""
    code = work.forecast.municipality_code
    author = await _school(work)
    secretariat = InterventionCatalog(await work.platform.caller("secretariat"))
    draft = await author.create_draft(DraftAsked(kind="trial_action", content=_trial_action(code)))
    before = await author.search(TRIED)
    await author.submit_draft(draft.draft_id)
    published = await secretariat.publish_draft(draft.draft_id)
    after = await author.search(TRIED)
    ids = [[hit.id for hit in found.items] for found in (before, after)]
    work.account.check("found before it is published", draft.item_id in ids[0], False)
    work.account.check("found first after that", ids[1][0], draft.item_id)
    work.account.say(f"“{TITLE.da}” is published as version {published.published_version} and found by “{TRIED}”.")


async def _school(work: Catalog) -> InterventionCatalog:
    """A caller of one school: the role has access only with the school's number."""
    number = work.forecast.small_group.institution_number
    caller = await work.platform.caller("school", work.forecast.municipality_code, institutions=(number,))
    return InterventionCatalog(caller)


def _marked(segments: Sequence[Segment]) -> str:
    return "".join(f"[{each.text}]" if each.match else each.text for each in segments)
