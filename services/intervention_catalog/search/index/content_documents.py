"""Makes search documents from content models whose references are already replaced by the rules' numbers."""

from collections.abc import Iterable, Iterator, Mapping
from itertools import chain

from services.intervention_catalog.content.models.intervention_types import TypeContent
from services.intervention_catalog.content.models.recommendations import Audience, Recommendation
from services.intervention_catalog.content.models.shared import ContentText, Stage
from services.intervention_catalog.content.models.support_levels import SupportLevel
from services.intervention_catalog.content.models.trial_actions import ByAudience, TrialAction
from services.intervention_catalog.content.words import folded
from services.intervention_catalog.search.index.search_document import (
    ALL_SUBJECTS,
    NAME_WEIGHT,
    Passage,
    SearchDocument,
)

Themes = Mapping[str, ContentText]
_BODY, _LABEL, _NAME = 1, 2, NAME_WEIGHT
_AUDIENCES = {
    Audience.MINISTER: ContentText(da="Til ministeren", en="For the minister"),
    Audience.MUNICIPAL_COUNCIL: ContentText(da="Til kommunalbestyrelsen", en="For the municipal council"),
    Audience.SCHOOL_LEADER: ContentText(da="Til skolelederen", en="For the school leader"),
    Audience.SCHOOL_BOARD: ContentText(da="Til skolebestyrelsen", en="For the school board"),
    Audience.EVERYONE: ContentText(da="Til alle", en="For everyone"),
}
_STAGE_GRADES = {Stage.LOWER: range(4), Stage.MIDDLE: range(4, 7), Stage.UPPER: range(7, 11)}
_STAGES = {
    Stage.LOWER: ContentText(da="Indskoling", en="Lower stage"),
    Stage.MIDDLE: ContentText(da="Mellemtrin", en="Middle stage"),
    Stage.UPPER: ContentText(da="Udskoling", en="Upper stage"),
}


def of_type(one: TypeContent) -> SearchDocument:
    """An intervention type with its variants. The subjects of a type for all subjects are ``ALL_SUBJECTS``."""
    grades = range(one.grades.least, one.grades.most + 1)
    names = (name for each in one.subjects.names for name in (each.da, each.en))
    return SearchDocument(
        kind="intervention_type",
        id=one.letter,
        title=one.name,
        passages=tuple(chain(
            [Passage("title", one.name, _NAME), _kind(f"Indsatstype {one.letter}", f"Intervention type {one.letter}")],
            _all("variant", (each.name for each in one.variants), _LABEL),
            _all("subjects", one.subjects.names, _LABEL),
            [Passage("purpose", one.purpose, _LABEL), Passage("group", one.group, _BODY),
             Passage("setting", one.setting, _BODY), Passage("grades", one.grades.note, _BODY),
             Passage("subjects", one.subjects.note, _BODY)],
            _all("practice", (each.practice for each in one.variants)),
            _all("minimum", (each.minimum for each in one.variants)),
            _all("conditions", one.conditions),
            _all("resources", one.resources),
            _all("preparation", one.preparation),
            _all("leadership_advice", one.leadership_advice),
            _all("evidence", chain.from_iterable((each.finding, each.where) for each in one.evidence)),
            _all("links", (each.title for each in one.links)),
        )),
        stages=frozenset(stage.value for stage, its in _STAGE_GRADES.items() if set(its) & set(grades)),
        subjects=frozenset([ALL_SUBJECTS]) if one.subjects.all else frozenset(map(slug, names)),
    )  # fmt: skip


def of_level(one: SupportLevel) -> SearchDocument:
    """A level of the support ladder. A filter on its own level finds it."""
    remark = () if one.remark is None else (one.remark,)
    return SearchDocument(
        kind="support_level",
        id=one.id,
        title=one.name,
        passages=tuple(chain(
            [Passage("title", one.name, _NAME),
             _kind(f"Niveau {one.id} på støttestigen", f"Level {one.id} of the support ladder"),
             Passage("purpose", one.purpose, _LABEL), Passage("where", one.where, _LABEL),
             Passage("for_whom", one.for_whom, _BODY), Passage("granted_by", one.granted_by, _BODY)],
            _all("examples", one.examples),
            _all("remark", remark),
        )),
        levels=frozenset([one.id]),
    )  # fmt: skip


def of_trial_action(one: TrialAction, themes: Themes) -> SearchDocument:
    """A trial action. Its audiences are those for whom a change was experienced or is expected."""
    learned = () if one.learned is None else (one.learned,)
    remark = () if one.remark is None else (one.remark,)
    return SearchDocument(
        kind="trial_action",
        id=one.id,
        title=one.title,
        passages=tuple(chain(
            [Passage("title", one.title, _NAME), _kind("Prøvehandling", "Trial action"),
             Passage("municipality", _alike(f"{one.municipality.name} Kommune"), _NAME)],
            _all("school", map(_alike, one.schools), _NAME),
            _all("theme", (themes[each] for each in one.themes), _LABEL),
            _all("stage", (_STAGES[each] for each in one.stages)),
            [Passage("target", one.target, _BODY), Passage("done", one.done, _BODY)],
            _all("experienced", _by_audience(one.experienced).values()),
            _all("expected", _by_audience(one.expected).values()),
            [Passage("next_steps", one.next_steps, _BODY)],
            _all("learned", learned),
            [Passage("status", one.status_reason, _BODY)],
            _all("remark", remark),
        )),
        themes=frozenset(one.themes),
        stages=frozenset(each.value for each in one.stages),
        audiences=frozenset(_by_audience(one.experienced)) | frozenset(_by_audience(one.expected)),
        municipalities=frozenset([one.municipality.code]),
    )  # fmt: skip


def of_recommendation(one: Recommendation, themes: Themes) -> SearchDocument:
    """A recommendation. It has no title, so its text is used as the title. It is found by each of its numbers."""
    return SearchDocument(
        kind="recommendation",
        id=one.id,
        title=one.text,
        passages=(
            Passage("title", one.text, _LABEL),
            _kind("Anbefaling", "Recommendation"),
            *_all("number", map(_alike, one.numbers), _NAME),
            Passage("theme", themes[one.theme], _BODY),
            *_all("audience", (_AUDIENCES[each] for each in one.audience)),
        ),
        themes=frozenset([one.theme]),
        audiences=frozenset(each.value for each in one.audience),
    )


def slug(name: str) -> str:
    """The filter value of a subject's name: ``Håndværk og design`` becomes ``haandvaerk_og_design``."""
    return "_".join(folded(name).split())


def _kind(da: str, en: str) -> Passage:
    return Passage("kind", ContentText(da=da, en=en), _LABEL)


def _alike(name: str) -> ContentText:
    return ContentText(da=name, en=name)


def _all(name: str, texts: Iterable[ContentText], weight: int = _BODY) -> Iterator[Passage]:
    for text in texts:
        yield Passage(name, text, weight)


def _by_audience(changes: ByAudience) -> dict[str, ContentText]:
    return {name: text for name in type(changes).model_fields if (text := getattr(changes, name)) is not None}
