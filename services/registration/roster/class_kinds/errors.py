"""Refusals about the rules."""

from libs.shared.base.errors import NotFound


class ClassKindRulesNotFound(NotFound):
    """The school has no rules, or is not the caller's."""

    code = "class_kind_rules.not_found"
    da = (
        "Skolen har ingen regler for klassernes slags, eller du har ikke adgang til den. Opret dem med PUT og "
        "If-None-Match: *."
    )
    en = (
        "The school has no rules for the kinds of its classes, or is not yours to see. Create them by PUT with "
        "If-None-Match: *."
    )
