"""What a class or a pupil of OneRoster is refused for, beside what is wrong with its columns.

A column is named with its file and row, as in ``users.csv:17:identifier``.
"""

from libs.shared.files.errors import ErrorText

ROW_COLUMNS = "oneroster.row_columns"
ID_REPEATED = "oneroster.id_repeated"
STATUS_IN_BULK = "oneroster.status_in_bulk"
STATUS_INVALID = "oneroster.status_invalid"
MODIFIED_INVALID = "oneroster.modified_invalid"
CLASS_TYPE_UNKNOWN = "oneroster.class_type_unknown"
SCHOOL_UNKNOWN = "oneroster.school_unknown"
NOT_A_SCHOOL = "oneroster.not_a_school"
INSTITUTION_INVALID = "oneroster.institution_invalid"
SESSION_UNKNOWN = "oneroster.session_unknown"
SESSION_INVALID = "oneroster.session_invalid"
SESSIONS_SEVERAL = "oneroster.sessions_several"
GRADE_UNKNOWN = "oneroster.grade_unknown"
CLASS_KIND_INVALID = "oneroster.class_kind_invalid"
CLASS_UNKNOWN = "oneroster.class_unknown"
CLASS_REFUSED = "oneroster.class_refused"
SCHOOL_CONTRADICTS = "oneroster.school_contradicts"
USER_UNKNOWN = "oneroster.user_unknown"
ROLE_CONTRADICTS = "oneroster.role_contradicts"
NO_CLASS = "oneroster.no_class"
ZERO_LOST = "oneroster.cpr_zero_lost"
CPR_SEVERAL = "oneroster.cpr_several"
PROTECTED_INVALID = "oneroster.protected_invalid"

_OF_ROWS = (
    ErrorText(
        ROW_COLUMNS,
        "Rækken {column} har {found} felter, men overskriften har {expected}. Eksportér filen igen.",
        "The row {column} has {found} fields, but the header has {expected}. Export the file again.",
    ),
    ErrorText(
        ID_REPEATED,
        "{column} er det samme som i række {first_row}. Hver række har sit eget sourcedId. Ret det i kildesystemet.",
        "{column} is the same as in row {first_row}. Each row has a sourcedId of its own. Correct it in the source "
        "system.",
    ),
    ErrorText(
        STATUS_IN_BULK,
        "{column} er tobedeleted i en fuld fil (bulk), som kun har det, der gælder. Fjern rækken, eller send en delta.",
        "{column} is tobedeleted in a whole file (bulk), which has only what is in force. Remove the row, or send a "
        "delta.",
    ),
    ErrorText(
        STATUS_INVALID,
        "{column} skal i en delta være active eller tobedeleted. Eksportér filen igen.",
        "{column} must be active or tobedeleted in a delta. Export the file again.",
    ),
    ErrorText(
        MODIFIED_INVALID,
        "{column} skal i en delta være et tidspunkt, der er gået, som 2022-11-10T17:00:00Z. Eksportér filen igen.",
        "{column} must be a past moment in a delta, like 2022-11-10T17:00:00Z. Export the file again.",
    ),
)

ROSTER_CLASS_ERRORS = (
    *_OF_ROWS,
    ErrorText(
        CLASS_TYPE_UNKNOWN,
        "{column} er hverken homeroom (klasse) eller scheduled (hold). Ret den i kildesystemet.",
        "{column} is neither homeroom nor scheduled. Correct it in the source system.",
    ),
    ErrorText(
        SCHOOL_UNKNOWN,
        "{column} er ikke en organisation i orgs.csv. Eksportér filen igen med skolen.",
        "{column} is no organisation of orgs.csv. Export the file again with the school.",
    ),
    ErrorText(
        NOT_A_SCHOOL,
        "{column} er en organisation af en anden type end school. Ret det i kildesystemet.",
        "{column} is an organisation of another type than school. Correct it in the source system.",
    ),
    ErrorText(
        INSTITUTION_INVALID,
        "{column} er ikke skolens institutionsnummer: seks cifre eller store bogstaver. Udfyld det i kildesystemet.",
        "{column} is not the school's institution number: six digits or capital letters. Fill it in in the source "
        "system.",
    ),
    ErrorText(
        SESSION_UNKNOWN,
        "{column} er ikke en periode i academicSessions.csv. Eksportér filen igen med skoleåret.",
        "{column} is no session of academicSessions.csv. Export the file again with the school year.",
    ),
    ErrorText(
        SESSION_INVALID,
        "{column} passer ikke med periodens datoer, eller de er ikke inden for et skoleår. Ret perioden i "
        "kildesystemet.",
        "{column} does not agree with the session's dates, or these are not within a school year. Correct the session "
        "in the source system.",
    ),
    ErrorText(
        SESSIONS_SEVERAL,
        "{column} er perioder i flere skoleår. En klasse er i ét: del den i kildesystemet.",
        "{column} are sessions of several school years. A class is of one: divide it in the source system.",
    ),
    ErrorText(
        GRADE_UNKNOWN,
        "Hverken {column} eller klassens elever har et klassetrin 0–10. Udfyld grades i kildesystemet.",
        "Neither {column} nor the pupils of the class have a grade 0–10. Fill in grades in the source system.",
    ),
    ErrorText(
        CLASS_KIND_INVALID,
        "{column} er hverken ordinary (almen) eller special (specialklasse). Ret den i kildesystemet.",
        "{column} is neither ordinary nor special. Correct it in the source system.",
    ),
)
"""What can be wrong with a homeroom class, beside its columns."""

ROSTER_PUPIL_ERRORS = (
    *_OF_ROWS,
    ErrorText(
        CLASS_UNKNOWN,
        "{column} er ikke en klasse, som filen eller kildens seneste fulde fil har. Send klassen med, eller send en "
        "fuld fil (bulk).",
        "{column} is no class of the file or of the source's last whole file. Send the class too, or send a whole file "
        "(bulk).",
    ),
    ErrorText(
        CLASS_REFUSED,
        "Elevens klasse (classes.csv, række {row}) er afvist. Ret klassen i kildesystemet, og eksportér igen.",
        "The pupil's class (classes.csv, row {row}) is refused. Correct the class in the source system, and export "
        "again.",
    ),
    ErrorText(
        SCHOOL_CONTRADICTS,
        "{column} er en anden skole end klassens. Ret indskrivningen i kildesystemet.",
        "{column} is another school than that of the class. Correct the enrolment in the source system.",
    ),
    ErrorText(
        USER_UNKNOWN,
        "{column} er ikke en bruger i users.csv eller en kendt elev med det id. Send eleven med, eller send en fuld "
        "fil (bulk).",
        "{column} is no user of users.csv and no known pupil with that id. Send the pupil too, or send a whole file "
        "(bulk).",
    ),
    ErrorText(
        ROLE_CONTRADICTS,
        "{column} er student, men roles.csv giver brugeren en anden rolle. Ret rollen i kildesystemet.",
        "{column} is student, but roles.csv gives the user another role. Correct the role in the source system.",
    ),
    ErrorText(
        NO_CLASS,
        "Eleven {column} er ikke indskrevet i en klasse (homeroom). Sæt eleven i en klasse i kildesystemet, eller "
        "udelad eleven.",
        "The student {column} has no enrolment in a homeroom class. Put the pupil in a class in the source system, or "
        "leave the pupil out.",
    ),
    ErrorText(
        ZERO_LOST,
        "CPR-nummeret i {column} har ni cifre: et foranstillet nul er gået tabt undervejs. Eksportér filen igen med "
        "CPR-numre som tekst.",
        "The CPR number in {column} has nine digits: a leading zero was lost on the way. Export the file again with "
        "CPR numbers as text.",
    ),
    ErrorText(
        CPR_SEVERAL,
        "{column} har to forskellige CPR-numre. Behold elevens eget i kildesystemet.",
        "{column} has two different CPR numbers. Keep the pupil's own in the source system.",
    ),
    ErrorText(
        PROTECTED_INVALID,
        "{column} er hverken true eller false, så det er ukendt, om navnet er beskyttet. Ret den i kildesystemet.",
        "{column} is neither true nor false, so it is not known whether the name is protected. Correct it in the "
        "source system.",
    ),
)
"""What can be wrong with a student's enrolment, or with its student, beside the columns."""
