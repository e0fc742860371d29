"""What a class or a pupil of SkoleGrunddata is refused for, beside what is wrong with its columns."""

from libs.shared.files.errors import ErrorText

LEVEL_UNKNOWN = "skolegrunddata.level_unknown"
ROLE_UNKNOWN = "skolegrunddata.role_unknown"
PROTECTED_INVALID = "skolegrunddata.protected_invalid"
MAIN_GROUP_UNKNOWN = "skolegrunddata.main_group_unknown"
MAIN_GROUP_NO_CLASS = "skolegrunddata.main_group_no_class"
PERSON_REPEATED = "skolegrunddata.person_repeated"
GROUP_REPEATED = "skolegrunddata.group_repeated"
GROUP_REVERSED = "skolegrunddata.group_dates_reversed"
ZERO_LOST = "skolegrunddata.cpr_zero_lost"

SOURCE_CLASS_ERRORS = (
    ErrorText(
        LEVEL_UNKNOWN,
        "{column} er ikke et trin. Brug DT, 0–10, U1–U4, VU eller Andet. Ret det i kildesystemet.",
        "{column} is not a level. Use DT, 0–10, U1–U4, VU or Andet. Correct it in the source system.",
    ),
    ErrorText(
        GROUP_REPEATED,
        "GroupId er det samme som gruppe {first_row}s i filen. Hver gruppe har sit eget. Ret det i kildesystemet.",
        "GroupId is the same as that of group {first_row} of the file. Each group has its own. Correct it in the "
        "source system.",
    ),
    ErrorText(
        GROUP_REVERSED,
        "ToDate ligger før FromDate. Ret gruppens datoer i kildesystemet.",
        "ToDate is before FromDate. Correct the group's dates in the source system.",
    ),
)
"""What can be wrong with a group that is a class, beside its columns. ``column`` is the name of an element."""

SOURCE_PUPIL_ERRORS = (
    SOURCE_CLASS_ERRORS[0],
    ErrorText(
        ROLE_UNKNOWN,
        "Role er ikke Barn, Elev eller Studerende. Ret den i kildesystemet.",
        "Role is not Barn, Elev or Studerende. Correct it in the source system.",
    ),
    ErrorText(
        PROTECTED_INVALID,
        "Attributten protected er hverken true eller false, så det er ukendt, om navnet er beskyttet. Ret den i "
        "kildesystemet.",
        "The attribute protected is neither true nor false, so it is not known whether the name is protected. Correct "
        "it in the source system.",
    ),
    ErrorText(
        MAIN_GROUP_UNKNOWN,
        "MainGroupId er ikke en af filens grupper. Sæt eleven i en klasse i kildesystemet, og eksportér igen.",
        "MainGroupId is not one of the file's groups. Put the pupil in a class in the source system, and export again.",
    ),
    ErrorText(
        MAIN_GROUP_NO_CLASS,
        "MainGroupId er en gruppe af en anden type end Hovedgruppe. Sæt eleven i en klasse i kildesystemet, og "
        "eksportér igen.",
        "MainGroupId is a group of another type than Hovedgruppe. Put the pupil in a class in the source system, and "
        "export again.",
    ),
    ErrorText(
        PERSON_REPEATED,
        "LocalPersonId er det samme som person {first_row}s fra samme kilde. Hver person har sit eget. Ret det i "
        "kildesystemet.",
        "LocalPersonId is the same as that of person {first_row} of the same source. Each person has an own one. "
        "Correct it in the source system.",
    ),
    ErrorText(
        ZERO_LOST,
        "CPR-nummeret har ni cifre: et foranstillet nul er gået tabt undervejs. Eksportér filen igen med CPR-numre som "
        "tekst.",
        "The CPR number has nine digits: a leading zero was lost on the way. Export the file again with CPR numbers as "
        "text.",
    ),
)
"""What can be wrong with a person who is a pupil, beside the columns."""
