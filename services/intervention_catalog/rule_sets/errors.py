"""Refusals of rule sets."""

from libs.shared.base.errors import Conflict, Invalid, NotFound


class RuleSetNotFound(NotFound):
    """No published rule set has the name, or not in that version."""

    code = "rule_set.not_found"
    da = "Regelsættet findes ikke i den version. Se listen under /v1/rule-sets."
    en = "The rule set does not exist in that version. See the list at /v1/rule-sets."


class FamilyNotFound(NotFound):
    """The rules have no such family."""

    code = "rule_set.family_not_found"
    da = "Der er ingen familie af regelsæt med det navn. Vælg en af: {families}."
    en = "No family of rule sets has that name. Choose one of: {families}."


class RuleSetChanged(Conflict):
    """The version is published with other content."""

    code = "rule_set.published_differs"
    da = "{name} version {version} er udgivet med et andet indhold. Giv det nye indhold et højere versionsnummer."
    en = "{name} version {version} is published with other content. Give the new content a higher version number."


class RuleSetNotNewer(Conflict):
    """A higher version is already published."""

    code = "rule_set.version_not_newer"
    da = "{name} er udgivet i version {newest}; version {version} kan ikke komme efter. Brug et højere nummer."
    en = "{name} is published in version {newest}; version {version} cannot follow it. Use a higher number."


class RuleSetUnreadable(Invalid):
    """The settings cannot be read by the rules, so nobody could use the rule set."""

    code = "rule_set.unreadable"
    da = "Indstillingerne i {name} version {version} kan ikke læses som familien {family}. Ret: {fields}."
    en = "The settings of {name} version {version} cannot be read as the family {family}. Correct: {fields}."
