"""The read models of the catalog's events."""

from libs.shared.contracts.catalog import InterventionTypePublished, RuleSetPublished
from libs.shared.events.read_models import ReadModel, Row
from libs.shared.rules.families import is_judged_here, require_readable
from libs.shared.rules.rule_sets import RuleSet
from services.registration.copies.catalog.tables import InterventionTypeCopy, RuleSetCopy


def rule_set_row(state: RuleSetPublished) -> Row:
    """A period of a rule set with its family."""
    kept = state.model_dump(mode="json", include={"rule_set", "valid_from", "version", "content", "aggregate_version"})
    return {**kept, "family": state.content["family"]}


def require_rule_set_readable(state: RuleSetPublished) -> None:
    """Raise ``ValueError`` for a set that cannot be read, before anything is judged by it."""
    rule_set = RuleSet.model_validate(state.content)
    if is_judged_here(rule_set):
        require_readable(rule_set)


def type_row(state: InterventionTypePublished) -> Row:
    """A type with the ids of its variants."""
    kept = {"intervention_type", "valid_from", "valid_to", "periods", "aggregate_version"}
    return {**state.model_dump(mode="json", include=kept), "variants": [each.variant for each in state.variants]}


RULE_SETS = ReadModel(RuleSetPublished, RuleSetCopy, row=rule_set_row, check=require_rule_set_readable)
INTERVENTION_TYPES = ReadModel(InterventionTypePublished, InterventionTypeCopy, row=type_row)
