"""Refusals of this capability, and why a delivery may fail."""

from libs.shared.base.errors import Conflict, Invalid, NotFound, Problem

MAX_ATTEMPTS = 3
"""How often building begins before it is given up: a worker that dies of it must not die for ever."""


class ProductUnknown(Invalid):
    """A product that is not offered."""

    code = "delivery.product_unknown"
    da = "Produktet findes ikke. Bestil et af: {known}."
    en = "There is no such product. Order one of: {known}."


class SchoolYearInvalid(Invalid):
    """Not two years in a row."""

    code = "delivery.school_year_invalid"
    da = "Skoleåret skrives som to år i træk, fx 2022/2023. Ret det og send igen."
    en = "A school year is written as two years in a row, such as 2022/2023. Correct it and send again."


class NoData(Invalid):
    """Nobody took part in that year."""

    code = "delivery.no_data"
    da = "Der er ingen deltagere i skoleåret {school_year}. Vælg et skoleår med forløb, eller vent på tilmeldinger."
    en = (
        "There are no participants in the school year {school_year}. Choose a year with courses, or wait for "
        "enrolments."
    )


class DeliveryNotFound(NotFound):
    """No such delivery, or no such file in it."""

    code = "delivery.not_found"
    da = "Leverancen eller filen findes ikke. Se listen over leverancer."
    en = "There is no such delivery or file. See the list of deliveries."


class NotReady(Conflict):
    """Still being built."""

    code = "delivery.not_ready"
    da = "Leverancen er ikke færdig endnu. Hent dens status, og prøv igen, når den er »ready«."
    en = "The delivery is not finished yet. Fetch its status, and try again when it is 'ready'."


class BuildFailed(Problem):
    """A delivery could not be made; nothing of it is released."""

    status = 409
    code = "delivery.build_failed"
    da = "Leverancen kunne ikke bygges, og intet er udleveret. Bestil igen; fejler det stadig, så kontakt driften."
    en = "The delivery could not be built and nothing was released. Order again; if it still fails, ask operations."


class BuildInterrupted(BuildFailed):
    """The worker ended in the middle, three times."""

    code = "delivery.build_interrupted"
    da = "Bygningen af leverancen blev afbrudt {attempts} gange. Kontakt driften, og bestil igen bagefter."
    en = "Building the delivery was interrupted {attempts} times. Ask operations, and order again afterwards."


class BuildTooSlow(BuildFailed):
    """Past the time limit."""

    code = "delivery.build_too_slow"
    da = "Leverancen blev ikke færdig inden for tidsgrænsen. Kontakt driften, og bestil igen bagefter."
    en = "The delivery was not finished within the time limit. Ask operations, and order again afterwards."


class NotProtected(BuildFailed):
    """No way was found to keep small groups unknown."""

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
    """The audit could not show within its time that small groups stay unknown."""

    code = "delivery.audit_too_slow"
    da = (
        "Det kunne ikke nås inden for tidsgrænsen at vise, at små grupper ikke kan regnes ud af tabellerne. Intet er "
        "udleveret. Kontakt driften, og bestil igen bagefter."
    )
    en = (
        "It could not be shown within the time limit that small groups cannot be computed from the tables. Nothing was "
        "released. Ask operations, and order again afterwards."
    )


class ReleaseKeyMismatch(BuildFailed):
    """The store of releases was made with another key, so that the new tables cannot be compared with earlier ones."""

    code = "delivery.release_key_mismatch"
    da = (
        "De nye tabeller kan ikke sammenlignes med dem, der tidligere er udleveret, for nøglen til det register er en "
        "anden. Intet er udleveret. Driften skal lægge den oprindelige nøgle tilbage; bestil igen bagefter."
    )
    en = (
        "The new tables cannot be compared with those released earlier, since the key of that register is another one. "
        "Nothing was released. Operations must put the original key back; order again afterwards."
    )


class CatalogMissing(BuildFailed):
    """The catalog's events have not come yet."""

    code = "delivery.catalog_missing"
    da = "Kataloget over indsatstyper er ikke modtaget for alle deltagere. Vent et øjeblik, og bestil igen."
    en = "The catalog of intervention types has not been received for all participants. Wait a moment and order again."


class PupilsMissing(BuildFailed):
    """Enrolments have come before their pupils."""

    code = "delivery.pupils_missing"
    da = "Der er tilmeldinger, hvis elever endnu ikke er modtaget. Vent et øjeblik, og bestil igen."
    en = "There are enrolments whose pupils have not been received yet. Wait a moment and order again."


FAILURES: dict[str, type[BuildFailed]] = {
    failure.code: failure
    for failure in (
        BuildFailed, BuildInterrupted, BuildTooSlow, NotProtected, AuditTooSlow, ReleaseKeyMismatch, CatalogMissing,
        PupilsMissing,
    )
}  # fmt: skip
