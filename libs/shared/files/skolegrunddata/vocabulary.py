"""The words of SkoleGrunddata: roots, types of groups, levels, roles, and the sorts of what is not kept."""

from libs.shared.files.errors import ErrorText

IMPORT_ROOT = "UNILoginImport"
EXPORT_ROOT = "UNILoginExport"
"""The roots of the packages begin with it: ``UNILoginExportSmall``, ``…Medium``, ``…Full``, ``…FullMyndighed``."""
ENVELOPE = "Envelope"
"""A SOAP answer of the agency's web service is read as it is: the root stands inside it."""

CLASS_TYPE = "Hovedgruppe"
PUPIL_ROLE = "Elev"
OTHER_ROLES = frozenset({"Barn", "Studerende"})

GRADES = {str(grade): grade for grade in range(11)}
OTHER_LEVELS = frozenset({"DT", "U1", "U2", "U3", "U4", "VU", "Andet"})
"""Day care, upper secondary, adult education and other: levels that are no grade of the primary school."""

TRUTHS = {"true": True, "1": True, "false": False, "0": False}
"""``xs:boolean``."""

LEVEL_UNKNOWN = "skolegrunddata.level_unknown"
ROLE_UNKNOWN = "skolegrunddata.role_unknown"
PROTECTED_INVALID = "skolegrunddata.protected_invalid"
MAIN_GROUP_UNKNOWN = "skolegrunddata.main_group_unknown"
MAIN_GROUP_NO_CLASS = "skolegrunddata.main_group_no_class"
PERSON_REPEATED = "skolegrunddata.person_repeated"
GROUP_REPEATED = "skolegrunddata.group_repeated"
GROUP_REVERSED = "skolegrunddata.group_dates_reversed"
ZERO_LOST = "skolegrunddata.cpr_zero_lost"

CLASS_ERRORS = (
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

PUPIL_ERRORS = (
    CLASS_ERRORS[0],
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

IGNORED = {
    "employees": ("ansatte", "employees"),
    "externs": ("eksterne", "external persons"),
    "other_persons": ("personer uden Student, Employee eller Extern", "persons without Student, Employee or Extern"),
    "other_roles": ("børn og studerende", "children in day care and students"),
    "other_levels": ("elever uden for 0.–10. klasse", "pupils outside grades 0–10"),
    "other_groups": ("grupper, der ikke er klasser", "groups that are no classes"),
    "classes_without_grade": ("hovedgrupper uden for 0.–10. klasse", "main groups outside grades 0–10"),
    "other_memberships": ("elevers øvrige grupper", "pupils' other groups"),
    "contact_persons": ("kontaktpersoner", "contact persons"),
    "addresses": ("adresser", "addresses"),
    "phone_numbers": ("telefonnumre", "telephone numbers"),
    "email_addresses": ("e-mailadresser", "email addresses"),
    "passwords": ("adgangskoder", "passwords"),
    "birth_dates": ("fødselsdatoer", "birth dates"),
    "genders": ("køn", "genders"),
    "photographs": ("billeder", "photographs"),
    "alias_names": ("kaldenavne", "alias names"),
    "other_elements": ("øvrige elementer", "other elements"),
}
"""The sorts of what is not kept, with their Danish and English names. What stands inside a counted element (the address
of a contact person) is not counted by itself.
"""

SORTS = {
    "ContactPerson": "contact_persons",
    "Address": "addresses",
    "WorkPhoneNumber": "phone_numbers",
    "HomePhoneNumber": "phone_numbers",
    "MobilePhoneNumber": "phone_numbers",
    "EmailAddress": "email_addresses",
    "InitialPassword": "passwords",
    "PasswordState": "passwords",
    "BirthDate": "birth_dates",
    "Gender": "genders",
    "PhotoId": "photographs",
    "Photo": "photographs",
    "AliasFirstName": "alias_names",
    "AliasFamilyName": "alias_names",
}
"""The sort of an element that is not read; others are ``other_elements``."""
