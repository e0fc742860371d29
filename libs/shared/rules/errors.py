"""Errors of choosing a rule set. Each has a stable code and a text in Danish and English."""

from datetime import date


class RuleError(Exception):
    """No rule set can be chosen. ``code`` is stable; ``da`` and ``en`` are texts for people."""

    code = "rule_error"

    def __init__(self, da: str, en: str) -> None:
        super().__init__(en)
        self.da = da
        self.en = en


class NoRuleInForce(RuleError):
    """No version of the rule set applies on the date that chooses it."""

    code = "no_rule_in_force"

    def __init__(self, name: str, on: date) -> None:
        super().__init__(
            f"Ingen version af regelsættet {name} gælder den {on:%d-%m-%Y}. Vælg en anden dato, "
            "eller bed sekretariatet om at udgive en version.",
            f"No version of the rule set {name} is in force on {on.isoformat()}. Choose another date, "
            "or ask the secretariat to publish a version.",
        )
        self.name = name
        self.on = on


class OverlappingValidity(RuleError):
    """Two rule sets of a family are in force on the same day, so the day does not determine one."""

    code = "overlapping_validity"

    def __init__(self, one: str, other: str) -> None:
        super().__init__(
            f"Regelsættene {one} og {other} gælder samme dag. Luk det ene med en slutdato, før det andet begynder.",
            f"The rule sets {one} and {other} are in force on the same day. "
            "Close one with an end date before the other begins.",
        )
