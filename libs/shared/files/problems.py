"""Refusals of a whole file, given before any of it is stored."""

from libs.shared.base.errors import Invalid, TooLarge


class FileEmpty(Invalid):
    """A file without rows."""

    code = "file.empty"
    da = "Filen har ingen rækker. Send en fil med mindst én række under overskriften."
    en = "The file has no rows. Send a file with at least one row below the header."


class FileTooLarge(TooLarge):
    """A file over the size limit, which counts unpacked bytes."""

    code = "file.too_large"
    da = "Filen er større end grænsen på {limit} bytes (udpakket). Del den i flere filer med hver sin overskrift."
    en = "The file is over the limit of {limit} bytes (unpacked). Split it into files with a header each."


class FileTooManyLines(TooLarge):
    """More lines than the largest real file has; each line takes time to read."""

    code = "file.too_many_lines"
    da = "Filen har flere end {limit} linjer. Del den i flere filer med hver sin overskrift."
    en = "The file has more than {limit} lines. Split it into files with a header each."


class FileTooManyRows(Invalid):
    """More rows than can be taken as a whole (``atomic=file``)."""

    code = "file.too_many_rows"
    da = (
        "Filen har flere end {limit} rækker, og så mange kan ikke tages under ét (atomic=file). Send den med "
        "atomic=row, eller del den."
    )
    en = (
        "The file has more than {limit} rows, and so many cannot be taken all or none (atomic=file). Send it with "
        "atomic=row, or split it."
    )


class LineTooLong(Invalid):
    """A line that is longer than any row."""

    code = "row.too_long"
    da = "En linje er længere end {limit} bytes. Kontrollér filens linjeskift (LF eller CRLF)."
    en = "A line is longer than {limit} bytes. Check the file's line ends (LF or CRLF)."


class GzipInvalid(Invalid):
    """Not gzip, or damaged."""

    code = "gzip.invalid"
    da = "Indholdet er ikke gyldig gzip. Pak filen igen, eller send den uden Content-Encoding."
    en = "The content is not valid gzip. Pack the file again, or send it without Content-Encoding."


class GzipTruncated(Invalid):
    """The gzip stream ends before its trailer."""

    code = "gzip.truncated"
    da = "Gzip-filen slutter for tidligt. Send den hele fil igen med samme Idempotency-Key."
    en = "The gzip file ends too early. Send the whole file again with the same Idempotency-Key."


class GzipMembers(Invalid):
    """More gzip members than any program writes. Each member takes time to open, even an empty one."""

    code = "gzip.too_many_members"
    da = "Gzip-filen består af mere end {limit} dele. Pak filen som én, eller send den uden Content-Encoding."
    en = "The gzip file has more than {limit} members. Pack the file as one, or send it without Content-Encoding."


class HeaderEncoding(Invalid):
    """The header line is not in the declared character set."""

    code = "encoding.invalid"
    da = "Overskriften er ikke skrevet i tegnsættet {charset}. Angiv filens rigtige tegnsæt i Content-Type."
    en = "The header is not written in {charset}. Declare the file's own character set in Content-Type."


class HeaderQuotes(Invalid):
    """A quotation mark in the header is not closed."""

    code = "quote.unclosed"
    da = "Et anførselstegn i overskriften er ikke lukket. Brug skabelonen."
    en = "A quotation mark in the header is not closed. Use the template."


class HeaderTooLong(Invalid):
    """The first line is longer than any header, mostly because the line ends were lost in transit."""

    code = "header.too_long"
    da = (
        "Filens første linje er længere end {limit} bytes, så den er ikke en overskrift. Kontrollér, at filens "
        "linjeskift (LF eller CRLF) ikke er gået tabt undervejs; med curl sendes filen med --data-binary."
    )
    en = (
        "The file's first line is longer than {limit} bytes, so it is no header. Check that the file's line ends (LF "
        "or CRLF) were not lost on the way; with curl, send the file by --data-binary."
    )


class LineEndsMissing(Invalid):
    """The whole file is one line, and that line is no header."""

    code = "file.line_ends"
    da = (
        "Hele filen står på én linje: den har ingen linjeskift (LF eller CRLF). Send den uændret, med overskriften på "
        "sin egen linje; med curl sendes filen med --data-binary."
    )
    en = (
        "The whole file stands on one line: it has no line ends (LF or CRLF). Send it unchanged, with the header on a "
        "line of its own; with curl, send the file by --data-binary."
    )


class HeaderTooWide(Invalid):
    """More names than the kind could have."""

    code = "header.too_wide"
    da = (
        "Overskriften har {found} navne, og filtypen har højst plads til {most}. Brug skabelonen, og kontrollér filens "
        "skilletegn og linjeskift."
    )
    en = (
        "The header has {found} names, and this kind of file has room for {most} at most. Use the template, and check "
        "the file's separator and line ends."
    )


class ColumnMissing(Invalid):
    """A required column is not in the header."""

    code = "column.missing"
    da = "Overskriften mangler {columns}. Tilføj kolonnerne; skabelonen viser alle navne."
    en = "The header lacks {columns}. Add the columns; the template shows every name."


class ColumnUnknown(Invalid):
    """A column that the kind does not have. Its text is not repeated: in a file without a header it is data."""

    code = "column.unknown"
    da = "Kolonne nr. {positions} i overskriften kendes ikke{suggestion_da}. Brug navnene {known}."
    en = "Column no. {positions} of the header is unknown{suggestion_en}. Use the names {known}."


class ColumnDuplicate(Invalid):
    """A column twice."""

    code = "column.duplicate"
    da = "Kolonnen {columns} står flere gange i overskriften. Behold den ene."
    en = "The column {columns} stands more than once in the header. Keep one."


class KindUnknown(Invalid):
    """No such kind here."""

    code = "import.kind_unknown"
    da = "Filtypen kendes ikke her. Brug en af: {kinds}."
    en = "This kind of file is not known here. Use one of: {kinds}."


class KindNotRecognised(Invalid):
    """A header that belongs to no kind of file."""

    code = "file.kind_not_recognised"
    da = "Filtypen kan ikke kendes på overskriften. Brug en skabelons overskrift, eller angiv filtypen: {kinds}."
    en = "The kind of file cannot be told from the header. Use a template's header, or state the kind: {kinds}."


class TooManyRefused(Invalid):
    """Nine of ten rows cannot be read, so the file is hardly what it is said to be."""

    code = "file.too_many_refused"
    da = (
        "Mindst ni af ti rækker kan ikke læses, så filen er stoppet, og intet er gemt. Kontrollér filtypen og "
        "kolonnerne mod skabelonen; de første af rækkerne er på listen. Send filen igen med en ny Idempotency-Key."
    )
    en = (
        "At least nine of ten rows cannot be read, so the file was stopped and nothing is stored. Check kind and "
        "columns against the template; the first of the rows are listed. Send the file again with a new "
        "Idempotency-Key."
    )


class CharsetUnknown(Invalid):
    """A character set that is not read."""

    code = "import.charset"
    da = "Tegnsættet kan ikke læses. Brug {accepted}."
    en = "The character set cannot be read. Use {accepted}."
