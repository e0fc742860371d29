"""Refusals about intervention types."""

from libs.shared.base.errors import Invalid, NotFound


class InterventionTypeNotFound(NotFound):
    """No published type has that letter."""

    code = "intervention_type.not_found"
    da = "Der er ingen indsatstype med det bogstav. Se listen under /v1/intervention-types."
    en = "No intervention type has that letter. See the list at /v1/intervention-types."


class VariantsDiffer(Invalid):
    """The event carries one letter and one period per type, so its variants must agree on them."""

    code = "intervention_type.variants_differ"
    da = "Varianterne af {intervention_type} har ikke samme bogstav og gyldighed. Ret dataene, så de har det."
    en = "The variants of {intervention_type} differ in letter or validity. Correct the data so that they agree."


class InterventionTypeUnnamed(Invalid):
    """The type has no name for people."""

    code = "intervention_type.unnamed"
    da = "Indsatstypen {intervention_type} mangler et navn. Giv den et navn på dansk og engelsk."
    en = "The intervention type {intervention_type} has no name. Name it in Danish and English."
