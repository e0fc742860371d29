"""The settings model of each family, by which an invalid rule set is refused before it is published."""

from pydantic import BaseModel

from libs.shared.rules.composition.settings import CompositionSettings
from libs.shared.rules.dosage.settings import DosageSettings
from libs.shared.rules.funding.settings import FundingSettings
from libs.shared.rules.rule_sets import RuleSet
from libs.shared.rules.screening.settings import ScreeningSettings
from libs.shared.rules.support.settings import SupportSettings
from libs.shared.rules.vulnerable.settings import VulnerableSettings

SETTINGS: dict[str, type[BaseModel]] = {
    "screening": ScreeningSettings,
    "composition": CompositionSettings,
    "dosage": DosageSettings,
    "funding": FundingSettings,
    "support": SupportSettings,
    "vulnerable": VulnerableSettings,
}


def is_judged_here(rule_set: RuleSet) -> bool:
    """Whether this version of the library has the family's functions. A set of another family is only passed on."""
    return rule_set.family in SETTINGS


def require_readable(rule_set: RuleSet) -> None:
    """Check that the settings are of the family's form. Raises ``pydantic.ValidationError``, or ``KeyError``
    for a family without functions here.
    """
    rule_set.settings_as(SETTINGS[rule_set.family])
