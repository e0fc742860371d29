"""The stable code and the Danish and English text for each kind of validation error.

Keys are pydantic's error types (its documentation, "Validation Errors"); the names in braces are its context, and
``expected_da`` its list of choices in Danish.
"""

from typing import NamedTuple


class ErrorText(NamedTuple):
    """A stable code and the sentence in both languages."""

    code: str
    da: str
    en: str


FALLBACK = ErrorText(
    "value.invalid",
    "Værdien kan ikke bruges her. Se dokumentationen.",
    "The value cannot be used here. See the documentation.",
)

_NUMBER = ErrorText(
    "number.expected",
    "Det er ikke et tal. Skriv det med punktum før decimalerne, for eksempel 10.5.",
    "This is not a number. Write it with a point before the decimals, for instance 10.5.",
)
_INTEGER = ErrorText("integer.expected", "Skriv et helt tal.", "Write a whole number.")
_TEXT = ErrorText("text.expected", "Skriv en tekst.", "Write a text.")
_TRUTH = ErrorText("boolean.expected", "Skriv true eller false.", "Write true or false.")
_DATE = ErrorText(
    "date.expected",
    "Det er ikke en dato, der findes. Skriv en dato som åååå-mm-dd.",
    "This date does not exist. Write a date as yyyy-mm-dd.",
)
_TIME = ErrorText("time.expected", "Skriv et klokkeslæt som tt:mm.", "Write a time as hh:mm.")
_MOMENT = ErrorText(
    "datetime.expected",
    "Skriv dato og klokkeslæt med tidszone, for eksempel 2022-08-15T08:00:00+02:00.",
    "Write date and time with a zone, for instance 2022-08-15T08:00:00+02:00.",
)
_UUID = ErrorText(
    "uuid.expected", "Skriv et id (UUID), som Skoleløft har givet.", "Write an id (UUID) that Skoleløft has given."
)
_OBJECT = ErrorText(
    "object.expected",
    "Her skal stå et objekt med felter, ikke en enkelt værdi.",
    "An object with fields is expected here, not a single value.",
)
_LIST = ErrorText("list.expected", "Send en liste.", "Send a list.")
_CHOICE = ErrorText("choice.unknown", "Vælg en af: {expected_da}.", "Choose one of: {expected}.")
_TAG = ErrorText(
    "choice.unknown",
    "Feltet, der siger hvilken slags det er, har en ukendt værdi.",
    "The field that says which kind it is has an unknown value.",
)
_TOO_SHORT = ErrorText("text.too_short", "Skriv mindst {min_length} tegn.", "Write at least {min_length} characters.")
_TOO_LONG = ErrorText("text.too_long", "Skriv højst {max_length} tegn.", "Write at most {max_length} characters.")

TEXTS: dict[str, ErrorText] = {
    "missing": ErrorText("field.missing", "Feltet mangler. Tilføj det.", "The field is missing. Add it."),
    "extra_forbidden": ErrorText(
        "field.unknown",
        "Feltet kendes ikke. Ret stavemåden eller fjern det.",
        "The field is unknown. Correct its spelling or remove it.",
    ),
    "parameter_unknown": ErrorText(
        "parameter.unknown",
        "Parameteren kendes ikke, og intet er gjort. Ret stavemåden (små bogstaver), eller fjern den; adressen har "
        "{expected_da}.",
        "The parameter is unknown, and nothing was done. Correct its spelling (lower case) or remove it; the address "
        "takes {expected}.",
    ),
    "parameters_none": ErrorText(
        "parameter.unknown",
        "Parameteren kendes ikke: adressen har ingen. Fjern den.",
        "The parameter is unknown: the address takes none. Remove it.",
    ),
    "json_invalid": ErrorText(
        "json.invalid",
        "Indholdet er ikke gyldig JSON (ved tegn {position}). Ret det og send igen.",
        "The body is not valid JSON (at character {position}). Correct it and send again.",
    ),
    "int_parsing": _INTEGER,
    "int_type": _INTEGER,
    "int_from_float": _INTEGER,
    "int_parsing_size": ErrorText("integer.too_large", "Tallet er for stort.", "The number is too large."),
    "float_parsing": _NUMBER,
    "float_type": _NUMBER,
    "finite_number": _NUMBER,
    "decimal_parsing": _NUMBER,
    "decimal_type": _NUMBER,
    "decimal_max_digits": ErrorText(
        "number.too_precise", "Skriv højst {max_digits} cifre.", "Write at most {max_digits} digits."
    ),
    "decimal_max_places": ErrorText(
        "number.too_precise", "Skriv højst {decimal_places} decimaler.", "Write at most {decimal_places} decimals."
    ),
    "decimal_whole_digits": ErrorText(
        "number.too_large",
        "Skriv højst {whole_digits} cifre før kommaet.",
        "Write at most {whole_digits} digits before the decimal point.",
    ),
    "multiple_of": ErrorText(
        "number.step", "Tallet skal gå op i {multiple_of}.", "The number must be a multiple of {multiple_of}."
    ),
    "greater_than": ErrorText(
        "number.too_small", "Tallet skal være større end {gt}.", "The number must be greater than {gt}."
    ),
    "greater_than_equal": ErrorText(
        "number.too_small", "Tallet skal være mindst {ge}.", "The number must be at least {ge}."
    ),
    "less_than": ErrorText(
        "number.too_large", "Tallet skal være mindre end {lt}.", "The number must be less than {lt}."
    ),
    "less_than_equal": ErrorText("number.too_large", "Tallet må højst være {le}.", "The number must be at most {le}."),
    "string_type": _TEXT,
    "string_unicode": ErrorText("text.encoding", "Teksten er ikke gyldig UTF-8.", "The text is not valid UTF-8."),
    "string_too_short": _TOO_SHORT,
    "string_too_long": _TOO_LONG,
    "bytes_too_short": _TOO_SHORT,
    "bytes_too_long": _TOO_LONG,
    "string_pattern_mismatch": ErrorText(
        "text.form",
        "Teksten har ikke den form, feltet kræver. Se dokumentationen.",
        "The text is not of the form this field asks for. See the documentation.",
    ),
    "bool_parsing": _TRUTH,
    "bool_type": _TRUTH,
    "date_type": _DATE,
    "date_parsing": _DATE,
    "date_from_datetime_parsing": _DATE,
    "date_from_datetime_inexact": _DATE,
    "date_past": ErrorText("date.not_past", "Datoen skal ligge før i dag.", "The date must be before today."),
    "date_future": ErrorText("date.not_future", "Datoen skal ligge efter i dag.", "The date must be after today."),
    "time_type": _TIME,
    "time_parsing": _TIME,
    "datetime_type": _MOMENT,
    "datetime_parsing": _MOMENT,
    "datetime_object_invalid": _MOMENT,
    "datetime_from_date_parsing": _MOMENT,
    "timezone_aware": _MOMENT,
    "timezone_naive": _MOMENT,
    "timezone_offset": _MOMENT,
    "uuid_type": _UUID,
    "uuid_parsing": _UUID,
    "uuid_version": _UUID,
    "enum": _CHOICE,
    "literal_error": _CHOICE,
    "union_tag_invalid": _TAG,
    "union_tag_not_found": _TAG,
    "list_type": _LIST,
    "tuple_type": _LIST,
    "set_type": _LIST,
    "frozen_set_type": _LIST,
    "too_short": ErrorText(
        "list.too_short", "Der skal være mindst {min_length}.", "There must be at least {min_length}."
    ),
    "too_long": ErrorText("list.too_long", "Der må højst være {max_length}.", "There must be at most {max_length}."),
    "dict_type": _OBJECT,
    "model_type": _OBJECT,
    "model_attributes_type": _OBJECT,
    "dataclass_type": _OBJECT,
}

DATE_LIMITS: dict[str, ErrorText] = {
    "greater_than": ErrorText("date.too_early", "Datoen skal ligge efter {gt}.", "The date must be after {gt}."),
    "greater_than_equal": ErrorText(
        "date.too_early", "Datoen skal være {ge} eller senere.", "The date must be {ge} or later."
    ),
    "less_than": ErrorText("date.too_late", "Datoen skal ligge før {lt}.", "The date must be before {lt}."),
    "less_than_equal": ErrorText(
        "date.too_late", "Datoen skal være {le} eller tidligere.", "The date must be {le} or earlier."
    ),
}
"""The same error types where the limit is a date and not a number."""
