"""Builds the event with the state of an item. Pure."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date

from libs.shared.contracts.catalog import (
    ContentPeriod,
    ContentPublished,
    InterventionTypePublished,
    RecommendationPublished,
    SupportLevelPublished,
    TrialActionPublished,
    TypePeriod,
    Variant,
)
from libs.shared.contracts.state import Bilingual, State
from services.intervention_catalog.changes.domain import Kind
from services.intervention_catalog.publications.domain import Publication, newest_by_period, without_hidden


def state_of(publications: Sequence[Publication]) -> State:
    """The state of the item, made of all its records."""
    return _STATES[publications[0].kind](newest_by_period(without_hidden(publications)))


def _type_state(periods: Sequence[Publication]) -> InterventionTypePublished:
    latest = periods[-1].content
    return InterventionTypePublished(
        aggregate_version=_version(periods),
        intervention_type=latest["intervention_type"],
        letter=latest["letter"],
        name=Bilingual.model_validate(latest["name"]),
        variants=[
            Variant(variant=each["id"], name=Bilingual.model_validate(each["name"])) for each in latest["variants"]
        ],
        valid_from=periods[0].valid_from,
        valid_to=_end(periods),
        periods=[
            TypePeriod(
                valid_from=each.valid_from,
                valid_to=each.valid_to,
                variants=[variant["id"] for variant in each.content["variants"]],
            )
            for each in periods
        ],
        withdrawn=periods[-1].withdrawn,
    )


def _content_state(model: type[ContentPublished], id_field: str) -> Callable[[Sequence[Publication]], State]:
    def state(periods: Sequence[Publication]) -> State:
        return model.model_validate(
            {
                "aggregate_version": _version(periods),
                id_field: periods[-1].item_id,
                "periods": [
                    ContentPeriod(
                        valid_from=each.valid_from,
                        valid_to=each.valid_to,
                        content=None if each.hidden else each.content,
                    )
                    for each in periods
                ],
                "withdrawn": periods[-1].withdrawn,
            }
        )

    return state


_STATES: Mapping[Kind, Callable[[Sequence[Publication]], State]] = {
    Kind.INTERVENTION_TYPE: _type_state,
    Kind.SUPPORT_LEVEL: _content_state(SupportLevelPublished, "support_level"),
    Kind.TRIAL_ACTION: _content_state(TrialActionPublished, "trial_action_id"),
    Kind.RECOMMENDATION: _content_state(RecommendationPublished, "recommendation_id"),
}


def _version(periods: Sequence[Publication]) -> int:
    return max(each.version for each in periods)


def _end(periods: Sequence[Publication]) -> date | None:
    ends = [each.valid_to for each in periods]
    return None if None in ends else max(end for end in ends if end is not None)
