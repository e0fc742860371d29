"""The reasons for which an order of any product is refused, or building its bundle may fail."""

from libs.shared.base.errors import Invalid, Problem


class SchoolYearInvalid(Invalid):
    """The school year is not two consecutive years."""

    code = "delivery.school_year_invalid"
    da = "Skoleåret skrives som to år i træk, fx 2022/2023. Ret det og send igen."
    en = "A school year is written as two years in a row, such as 2022/2023. Correct it and send again."


class ParameterMissing(Invalid):
    """The order leaves out a parameter of the product."""

    code = "delivery.parameter_missing"
    da = "Produktet {product} kan ikke bestilles uden {name}. Angiv det, og send igen."
    en = "The product {product} cannot be ordered without {name}. Declare it and send again."


class ParameterUnknown(Invalid):
    """The order has a parameter of another product."""

    code = "delivery.parameter_unknown"
    da = "Feltet hører ikke til produktet {product}, som bestilles med: {names}. Fjern feltet, og send igen."
    en = "The field is not one of the product {product}, which is ordered with: {names}. Remove it and send again."


class NoData(Invalid):
    """Nobody took part in that year."""

    code = "delivery.no_data"
    da = "Der er ingen deltagere i skoleåret {school_year}. Vælg et skoleår med forløb, eller vent på tilmeldinger."
    en = (
        "There are no participants in the school year {school_year}. Choose a year with courses, or wait for "
        "enrolments."
    )


class BuildFailed(Problem):
    """A delivery could not be made; nothing of it is released."""

    status = 409
    code = "delivery.build_failed"
    da = "Leverancen kunne ikke bygges, og intet er udleveret. Bestil igen; fejler det stadig, så kontakt driften."
    en = "The delivery could not be built and nothing was released. Order again; if it still fails, ask operations."


class BuildTooSlow(BuildFailed):
    """The build exceeded its time limit."""

    code = "delivery.build_too_slow"
    da = "Leverancen blev ikke færdig inden for tidsgrænsen. Kontakt driften, og bestil igen bagefter."
    en = "The delivery was not finished within the time limit. Ask operations, and order again afterwards."
