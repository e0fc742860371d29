"""The reasons for which building the anonymous tables of a school year may fail."""

from services.evaluation_export.products.errors import BuildFailed


class NotProtected(BuildFailed):
    """No way was found to protect small groups."""

    code = "delivery.not_protected"
    da = (
        "Tabellerne kan ikke laves, uden at små grupper kan regnes ud. Intet er udleveret. Bestil, når der "
        "er flere data."
    )
    en = (
        "The tables cannot be made without giving away small groups. Nothing was released. Order when there "
        "is more data."
    )


class AuditTooSlow(BuildFailed):
    """The audit could not prove within its time that small groups are protected."""

    code = "delivery.audit_too_slow"
    da = (
        "Det kunne ikke nås inden for tidsgrænsen at vise, at små grupper ikke kan regnes ud af tabellerne. Intet er "
        "udleveret. Kontakt driften, og bestil igen bagefter."
    )
    en = (
        "It could not be shown within the time limit that small groups cannot be computed from the tables. Nothing was "
        "released. Ask operations, and order again afterwards."
    )


class CatalogMissing(BuildFailed):
    """The catalog's events have not arrived yet."""

    code = "delivery.catalog_missing"
    da = "Kataloget over indsatstyper er ikke modtaget for alle deltagere. Vent et øjeblik, og bestil igen."
    en = "The catalog of intervention types has not been received for all participants. Wait a moment and order again."


class PupilsMissing(BuildFailed):
    """Enrolments have arrived before their pupils."""

    code = "delivery.pupils_missing"
    da = "Der er tilmeldinger, hvis elever endnu ikke er modtaget. Vent et øjeblik, og bestil igen."
    en = "There are enrolments whose pupils have not been received yet. Wait a moment and order again."
