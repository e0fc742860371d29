"""Refusals of a whole SkoleGrunddata file. None repeats a text of the file.

Some are found after rows were read: who stores rows while a file arrives drops them.
"""

from libs.shared.base.errors import Invalid, TooLarge

_ROOTS_DA = "UNILoginImport eller UNILoginExport (Small, Medium, Full, FullMyndighed)"
_ROOTS_EN = "UNILoginImport or UNILoginExport (Small, Medium, Full, FullMyndighed)"


class XmlInvalid(Invalid):
    """Not well-formed."""

    code = "xml.invalid"
    da = "Filen er ikke gyldig XML ved linje {line}. Eksportér den igen, og send den uændret."
    en = "The file is not valid XML at line {line}. Export it again, and send it unchanged."


class XmlTruncated(Invalid):
    """The file ends before its root element does."""

    code = "xml.truncated"
    da = "Filen slutter midt i sit indhold (linje {line}), så den er ikke hel. Eksportér den igen, og send hele filen."
    en = "The file ends inside its content (line {line}), so it is not whole. Export it again, and send the whole file."


class XmlDoctype(Invalid):
    """A document type declaration, by which entities are declared. The format has none."""

    code = "xml.doctype"
    da = "Filen har en DOCTYPE eller egne entiteter, som ikke læses af sikkerhedshensyn. Fjern dem; formatet har ingen."
    en = "The file has a DOCTYPE or entities of its own, and for safety they are not read. Remove them."


class XmlCharset(Invalid):
    """The declared encoding is not one that is read."""

    code = "xml.charset"
    da = "Filens XML-erklæring angiver et tegnsæt, som ikke læses. Brug {accepted}."
    en = "The file's XML declaration names a character set that is not read. Use {accepted}."


class XmlEncoding(Invalid):
    """The bytes are not in the declared encoding."""

    code = "xml.encoding"
    da = (
        "Filen er ikke skrevet i det tegnsæt, som dens XML-erklæring angiver (linje {line}). Eksportér den igen med "
        "det rigtige tegnsæt i erklæringen."
    )
    en = (
        "The file is not written in the character set that its XML declaration names (line {line}). Export it again "
        "with the right character set in the declaration."
    )


class XmlTooDeep(Invalid):
    """Elements inside each other beyond the limit."""

    code = "xml.too_deep"
    da = "Filen har flere end {limit} elementer inde i hinanden (linje {line}), så den er ikke SkoleGrunddata."
    en = "The file has more than {limit} elements inside each other (line {line}), so it is not SkoleGrunddata."


class XmlTokenTooLong(Invalid):
    """A tag, comment or processing instruction over the limit."""

    code = "xml.token_too_long"
    da = "Et mærke med attributter, en kommentar eller lignende er længere end {limit} bytes (linje {line}). Fjern det."
    en = "A tag with its attributes, a comment or an instruction is over {limit} bytes (line {line}). Remove it."


class XmlTooManyNames(Invalid):
    """More names than the format has."""

    code = "xml.too_many_names"
    da = "Filen har flere end {limit} forskellige navne på elementer og attributter, så den er ikke SkoleGrunddata."
    en = "The file has more than {limit} different names of elements and attributes, so it is not SkoleGrunddata."


class XmlValueTooLong(Invalid):
    """The text of an element over the limit."""

    code = "xml.value_too_long"
    da = "Teksten i et element er længere end {limit} tegn (linje {line}). Ret den i kildesystemet."
    en = "An element's text is longer than {limit} characters (line {line}). Correct it in the source system."


class RootUnknown(Invalid):
    """XML of another format."""

    code = "skolegrunddata.root_unknown"
    da = f"Filen er XML, men ikke SkoleGrunddata. Dens øverste element skal være {_ROOTS_DA}."
    en = f"The file is XML, but not SkoleGrunddata. Its root element must be {_ROOTS_EN}."


class HeadMissing(Invalid):
    """A required attribute of the head is missing or empty."""

    code = "skolegrunddata.head_missing"
    da = "Filens hoved mangler {attribute}. Eksportér filen fra kildesystemet igen."
    en = "The head of the file lacks {attribute}. Export the file from the source system again."


class HeadTooLong(Invalid):
    """An attribute of the head over the limit, or more import sources than the limit."""

    code = "skolegrunddata.head_too_long"
    da = "Filens hoved har for meget i {attribute}: grænsen er {limit}. Ret det i kildesystemet."
    en = "The head of the file has too much in {attribute}: the limit is {limit}. Correct it in the source system."


class HeadCharacters(Invalid):
    """Characters that cannot be seen, in an attribute of the head or the name of the institution."""

    code = "skolegrunddata.head_characters"
    da = "Filens hoved har styretegn, som ikke kan ses, i {attribute}. Ret det i kildesystemet."
    en = "The head of the file has control characters in {attribute}. Correct it in the source system."


class HeadIdentifier(Invalid):
    """Something like a CPR number in the head, whose texts are shown and kept."""

    code = "skolegrunddata.head_identifier"
    da = "Filens hoved har noget, der ligner et CPR-nummer, i {attribute}. Ret det i kildesystemet."
    en = "The head of the file has something like a CPR number in {attribute}. Correct it in the source system."


class MomentInvalid(Invalid):
    """A moment that cannot be read."""

    code = "skolegrunddata.moment_invalid"
    da = "{attribute} er ikke et tidspunkt fra 1990 og frem. Det skrives som 2016-11-10T17:00:00."
    en = "{attribute} is not a moment from 1990 on. It is written like 2016-11-10T17:00:00."


class MomentInFuture(Invalid):
    """A moment after today. It would make every later file older than this one."""

    code = "skolegrunddata.moment_in_future"
    da = "{attribute} ligger i fremtiden. Kontrollér kildesystemets ur, og eksportér filen igen."
    en = "{attribute} is in the future. Check the clock of the source system, and export the file again."


class SchoolYearInvalid(Invalid):
    """Not a school year of the platform's dates."""

    code = "skolegrunddata.school_year_invalid"
    da = "schoolYear er ikke et skoleår fra {first} til {last}. Det skrives som 2016-2017. Ret det i kildesystemet."
    en = (
        "schoolYear is not a school year from {first} to {last}. It is written like 2016-2017. Correct it in the "
        "source system."
    )


class SchoolYearsSeveral(Invalid):
    """Import sources of different school years."""

    code = "skolegrunddata.school_years_several"
    da = "Filens importkilder har forskellige skoleår. En fil er ét skoleår: eksportér hvert for sig."
    en = "The import sources of the file have different school years. A file is one school year: export each by itself."


class InstitutionMissing(Invalid):
    """No institution, or none before its groups and persons."""

    code = "skolegrunddata.institution_missing"
    da = "Filen har ingen Institution med et InstitutionNumber før grupper og personer. Eksportér den igen."
    en = "The file has no Institution with an InstitutionNumber before its groups and persons. Export it again."


class InstitutionInvalid(Invalid):
    """Not an institution number."""

    code = "skolegrunddata.institution_invalid"
    da = (
        "InstitutionNumber er ikke seks cifre eller store bogstaver. Ret det i kildesystemet, med foranstillede nuller."
    )
    en = "InstitutionNumber is not six digits or capital letters. Correct it in the source system, with leading zeros."


class InstitutionsSeveral(Invalid):
    """Two institutions in one file."""

    code = "skolegrunddata.institutions_several"
    da = "Filen har mere end én institution. En fil er én institutions samlede data: eksportér hver for sig."
    en = "The file has more than one institution. A file is the whole data of one institution: export each by itself."


class GroupsAfterPersons(Invalid):
    """A group after the first person."""

    code = "skolegrunddata.groups_after_persons"
    da = "Filen har en gruppe efter den første person. Grupperne skal stå først, som i formatet."
    en = "The file has a group after the first person. The groups must come first, as in the format."


class TooManyGroups(TooLarge):
    """More groups than an institution has."""

    code = "skolegrunddata.too_many_groups"
    da = "Filen har flere end {limit} grupper på én institution. Kontrollér udtrækket."
    en = "The file has more than {limit} groups of one institution. Check the extract."


class TooManyPersons(TooLarge):
    """More persons than an institution has."""

    code = "skolegrunddata.too_many_persons"
    da = "Filen har flere end {limit} personer på én institution. Kontrollér udtrækket."
    en = "The file has more than {limit} persons of one institution. Check the extract."


class TooManyPupils(TooLarge):
    """More pupils of grades 0 to 10 than can be compared in one step."""

    code = "skolegrunddata.too_many_pupils"
    da = "Filen har flere end {limit} elever i 0.–10. klasse på én institution. Kontrollér udtrækket."
    en = "The file has more than {limit} pupils in grades 0–10 of one institution. Check the extract."


class NoPupils(Invalid):
    """No pupil of grades 0 to 10. As a complete file it would end everything that is known of the institution."""

    code = "skolegrunddata.no_pupils"
    da = (
        "Filen har ingen elever i 0.–10. klasse, så som fuldt øjebliksbillede ville den afslutte alt. Intet er taget. "
        "Kontrollér udtrækket, og at det er den rigtige institution."
    )
    en = (
        "The file has no pupils in grades 0–10, so as a complete snapshot it would end everything. Nothing was taken. "
        "Check the extract, and that it is the right institution."
    )
