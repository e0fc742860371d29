"""What options may be. Imports nothing, so that the help comes at once."""

from enum import StrEnum


class Language(StrEnum):
    """What the commands speak; the first is the default."""

    DA = "da"
    EN = "en"


class Format(StrEnum):
    """For people, or for programs."""

    TEXT = "text"
    JSON = "json"


class Identifier(StrEnum):
    """What the column of pupils holds."""

    CPR_NUMBER = "cpr_number"
    UNI_LOGIN = "uni_login"
    LOCAL_ID = "local_id"
