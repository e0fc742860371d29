"""Refusals of a whole OneRoster zip. None repeats a text of it; names of files and columns are the standard's."""

from libs.shared.base.errors import Invalid, TooLarge


class ManifestMissing(Invalid):
    """No manifest at the root of the zip."""

    code = "oneroster.manifest_missing"
    da = "Zip-filen har ingen manifest.csv, så den er ikke OneRoster. Eksportér den igen fra kildesystemet."
    en = "The zip file has no manifest.csv, so it is not OneRoster. Export it from the source system again."


class ManifestInvalid(Invalid):
    """A property without a value that the standard allows, missing or twice."""

    code = "oneroster.manifest_invalid"
    da = "manifest.csv har ikke én gyldig værdi for {property}. Brug {allowed}."
    en = "manifest.csv does not have one valid value for {property}. Use {allowed}."


class VersionUnread(Invalid):
    """Another version of OneRoster."""

    code = "oneroster.version"
    da = "manifest.csv angiver en anden version af OneRoster end {versions}. Vælg den version i kildesystemet."
    en = "manifest.csv names another version of OneRoster than {versions}. Choose that version in the source system."


class SourceMissing(Invalid):
    """No name of the system that made the zip. Files of one source have an order."""

    code = "oneroster.source_missing"
    da = "manifest.csv mangler source.systemName, som siger, hvilket system der har lavet filen. Udfyld den."
    en = "manifest.csv lacks source.systemName, which says which system made the file. Fill it in."


class ManifestContradicts(Invalid):
    """A file that the manifest says is absent."""

    code = "oneroster.manifest_contradicts"
    da = "{file} er i zip-filen, men manifest.csv siger, at den ikke er der. Ret manifestet, eller fjern filen."
    en = "{file} is in the zip file, but manifest.csv says that it is absent. Correct the manifest, or remove the file."


class FileMissing(Invalid):
    """A file that the manifest names, or that a bulk must have, is not there."""

    code = "oneroster.file_missing"
    da = "{file} mangler i zip-filen. Eksportér den igen med alle filer: {files}."
    en = "{file} is missing in the zip file. Export it again with all files: {files}."


class FileUnknown(Invalid):
    """A file that the standard does not have."""

    code = "oneroster.file_unknown"
    da = (
        "Zip-filen har {count} filer, som OneRoster ikke har. Fjern dem, eller ret navnene; store og små bogstaver er "
        "forskellige, som i academicSessions.csv."
    )
    en = (
        "The zip file has {count} files that OneRoster does not have. Remove them, or correct their names; capital and "
        "small letters differ, as in academicSessions.csv."
    )


class ModesMixed(Invalid):
    """Some files bulk and others delta."""

    code = "oneroster.modes_mixed"
    da = "manifest.csv siger bulk om nogle filer og delta om andre. Send det hele (bulk) eller kun ændringerne (delta)."
    en = (
        "manifest.csv says bulk of some files and delta of others. Send everything (bulk) or the changes alone (delta)."
    )


class NothingRead(Invalid):
    """No file that is read."""

    code = "oneroster.nothing_read"
    da = "Zip-filen har ingen af de filer, der læses: {files}. Kontrollér udtrækket."
    en = "The zip file has none of the files that are read: {files}. Check the extract."


class MomentMissing(Invalid):
    """Nothing says when the zip was made."""

    code = "oneroster.moment_missing"
    da = (
        "Det kan ikke ses, hvornår udtrækket er lavet: manifest.csv har ingen dato i zip-filen. Pak filerne med et "
        "program, der bevarer deres datoer."
    )
    en = (
        "It cannot be seen when the extract was made: manifest.csv has no date in the zip file. Pack the files by a "
        "program that keeps their dates."
    )


class MomentInFuture(Invalid):
    """A moment after today. It would make every later file older than this one."""

    code = "oneroster.moment_in_future"
    da = "Udtrækket er dateret i fremtiden. Kontrollér kildesystemets ur, og eksportér det igen."
    en = "The extract is dated in the future. Check the clock of the source system, and export it again."


class HeaderCase(Invalid):
    """The name of a column in another case."""

    code = "oneroster.header_case"
    da = "En kolonne i {file} skal hedde {column}, præcis med de store og små bogstaver. Ret overskriften."
    en = "A column of {file} must be named {column}, with just these capital and small letters. Correct the header."


class HeaderMissing(Invalid):
    """A column that is not there."""

    code = "oneroster.header_missing"
    da = "{file} mangler kolonnen {column}. Eksportér den igen med standardens overskrift."
    en = "{file} lacks the column {column}. Export it again with the standard's header."


class HeaderRepeated(Invalid):
    """A column twice."""

    code = "oneroster.header_repeated"
    da = "{file} har to kolonner med samme navn. Behold den rigtige."
    en = "{file} has two columns of the same name. Keep the right one."


class HeaderTooWide(Invalid):
    """More columns than the standard with its extensions has."""

    code = "oneroster.header_too_wide"
    da = "{file} har flere end {limit} kolonner. Fjern dem, som standarden ikke har."
    en = "{file} has more than {limit} columns. Remove those that the standard does not have."


class SeparatorWrong(Invalid):
    """Columns that are separated by something else than commas."""

    code = "oneroster.separator"
    da = "Kolonnerne i {file} er ikke adskilt af komma. Gem den med komma, som standarden siger."
    en = "The columns of {file} are not separated by commas. Save it with commas, as the standard says."


class EncodingWrong(Invalid):
    """Not UTF-8."""

    code = "oneroster.encoding"
    da = "{file} er ikke skrevet i UTF-8 (linje {line}). Eksportér den igen i UTF-8, som standarden siger."
    en = "{file} is not written in UTF-8 (line {line}). Export it again in UTF-8, as the standard says."


class CsvInvalid(Invalid):
    """A quotation mark that is not closed, or text after one."""

    code = "oneroster.csv_invalid"
    da = "{file} kan ikke læses som CSV ved linje {line}: et anførselstegn er ikke lukket. Eksportér den igen."
    en = "{file} cannot be read as CSV at line {line}: a quotation mark is not closed. Export it again."


class CsvTooLong(Invalid):
    """A line, a field or a row beyond the limit."""

    code = "oneroster.csv_too_long"
    da = "{file} har en linje, et felt eller en række over grænsen ved linje {line}. Kontrollér linjeskift og tegn."
    en = "{file} has a line, a field or a row over the limit at line {line}. Check line ends and quotation marks."


class CsvEmpty(Invalid):
    """A file without a header."""

    code = "oneroster.csv_empty"
    da = "{file} er tom; den skal mindst have sin overskrift. Eksportér den igen."
    en = "{file} is empty; it must have its header at least. Export it again."


class TooManyRows(TooLarge):
    """More rows than a municipality has."""

    code = "oneroster.too_many_rows"
    da = "{file} har flere end {limit} rækker. Kontrollér udtrækket, eller del det pr. skole."
    en = "{file} has more than {limit} rows. Check the extract, or divide it by school."


class TooManySchools(TooLarge):
    """More schools and school years than a municipality has."""

    code = "oneroster.too_many_schools"
    da = "Zip-filen har flere end {limit} skoler og skoleår. Del udtrækket pr. kommune og skoleår."
    en = "The zip file has more than {limit} schools and school years. Divide the extract by municipality and year."


class TooManyPupils(TooLarge):
    """More pupils than a school has."""

    code = "oneroster.too_many_pupils"
    da = "En skole i filen har flere end {limit} elevrækker i et skoleår. Kontrollér udtrækket."
    en = "A school of the file has more than {limit} rows of pupils in a school year. Check the extract."


class NoPupils(Invalid):
    """A bulk that would end everything."""

    code = "oneroster.no_pupils"
    da = "Den fulde fil (bulk) har ingen elever i klasser, så den ville afslutte alle. Kontrollér udtrækket."
    en = "The whole file (bulk) has no pupils in classes, so it would end them all. Check the extract."


class DeltaWithoutBulk(Invalid):
    """Changes to something that is not known."""

    code = "oneroster.delta_without_bulk"
    da = (
        "Filen har kun ændringer (delta), og der er ikke modtaget en fuld fil (bulk) fra samme kilde. Send den fulde "
        "fil først."
    )
    en = (
        "The file has changes alone (delta), and no whole file (bulk) of the same source was received. Send the whole "
        "file first."
    )
