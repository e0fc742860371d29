"""The words of SkoleGrunddata: roots, types of groups, levels, roles, what is not kept, and where columns come from."""

from libs.shared.files.origins import Origin, Origins

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

_PLACE = {"institution_number": (Origin("InstitutionNumber"),), "school_year": (Origin("schoolYear"),)}
ORIGINS: dict[str, Origins] = {
    "classes": {
        **_PLACE,
        "name": (Origin("GroupName"),),
        "grade": (Origin("GroupLevel"),),
        "kind": (Origin("GroupType"),),
        "line": (Origin("Line"),),
    },
    "pupils": {
        **_PLACE,
        "cpr_number": (Origin("CivilRegistrationNumber"),),
        "uni_login": (Origin("UserId"),),
        "local_id": (Origin("LocalPersonId"),),
        "name": (Origin("FirstName+FamilyName"),),
        "class_name": (Origin("MainGroupId"),),
        "valid_from": (Origin("sourceDateTime"),),
        "valid_to": (Origin("ToDate"),),
        "name_protected": (Origin("protected"),),
    },
}
"""The elements and attributes by kind and column. A pupil is in a class from the file's moment to the end of its group.
"""
