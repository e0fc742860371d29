"""Refusals of a zip. None repeats a name or a text of it, other than the names of the standard's files."""

from libs.shared.base.errors import Invalid, TooLarge

_PLAIN_DA = "Pak CSV-filerne på ny i en almindelig zip-fil"
_PLAIN_EN = "Pack the CSV files again into an ordinary zip file"


class ZipInvalid(Invalid):
    """Not a zip, or one with something before or after it."""

    code = "zip.invalid"
    da = f"Filen er ikke en zip-fil, eller den har andet før eller efter sit indhold. {_PLAIN_DA}."
    en = f"The file is not a zip file, or it has something before or after its content. {_PLAIN_EN}."


class ZipTruncated(Invalid):
    """The zip begins like one and has no directory at its end."""

    code = "zip.truncated"
    da = "Zip-filen slutter for tidligt, så den er ikke hel. Hent den igen fra kildesystemet, og send hele filen."
    en = "The zip file ends too early, so it is not whole. Fetch it from the source system again, and send all of it."


class ZipParts(Invalid):
    """One of several disks, or the form for more than 4 GB."""

    code = "zip.parts"
    da = f"Zip-filen er delt i flere dele eller har formen Zip64 for store filer. {_PLAIN_DA} uden deling."
    en = f"The zip file is split into parts or has the form Zip64 for large files. {_PLAIN_EN} without splitting."


class ZipTooManyMembers(TooLarge):
    """More members than the standard has files."""

    code = "zip.too_many_members"
    da = "Zip-filen har flere end {limit} filer eller for lange navne. Den skal kun indeholde OneRosters CSV-filer."
    en = "The zip file has more than {limit} files or too long names. It must hold the CSV files of OneRoster alone."


class ZipTooLarge(TooLarge):
    """The zip, or what it unpacks to, over the limit."""

    code = "zip.too_large"
    da = "Zip-filen er større end grænsen på {limit} bytes, pakket eller udpakket. Del udtrækket, fx pr. skole."
    en = "The zip file is over the limit of {limit} bytes, packed or unpacked. Divide the extract, such as by school."


class ZipRatio(Invalid):
    """A member that grows beyond what tables do: a bomb."""

    code = "zip.ratio"
    da = "En fil i zip-filen fylder udpakket mere end {limit} gange så meget; det gør tabeller ikke. Lav udtrækket om."
    en = "A file in the zip file unpacks to over {limit} times its size, as tables do not. Make the extract again."


class ZipEncrypted(Invalid):
    """A member that is protected by a password."""

    code = "zip.encrypted"
    da = "Zip-filen er beskyttet med adgangskode. Send den uden; forbindelsen er krypteret."
    en = "The zip file is protected by a password. Send it without one; the connection is encrypted."


class ZipMethod(Invalid):
    """A method of compression other than none and deflate."""

    code = "zip.method"
    da = f"Zip-filen er pakket med en metode, som ikke læses. {_PLAIN_DA} (metoden deflate)."
    en = f"The zip file is packed by a method that is not read. {_PLAIN_EN} (method deflate)."


class ZipAbsolute(Invalid):
    """A name that begins at the root of a disk."""

    code = "zip.absolute_name"
    da = f"Et navn i zip-filen begynder med et drev eller en skråstreg. {_PLAIN_DA}, hvor navnene står alene."
    en = f"A name in the zip file begins with a drive or a slash. {_PLAIN_EN} in which the names stand alone."


class ZipPath(Invalid):
    """A folder in a name."""

    code = "zip.path_in_name"
    da = "Et navn i zip-filen har en mappe i sig. Pak CSV-filerne selv, ikke den mappe, de ligger i."
    en = "A name in the zip file has a folder in it. Pack the CSV files themselves, not the folder that they are in."


class ZipName(Invalid):
    """A name with control characters, or one that is not text."""

    code = "zip.name"
    da = f"Et navn i zip-filen kan ikke læses som tekst. {_PLAIN_DA} med standardens filnavne."
    en = f"A name in the zip file cannot be read as text. {_PLAIN_EN} with the standard's file names."


class ZipLink(Invalid):
    """A symbolic link, or another member that is no file."""

    code = "zip.link"
    da = f"Zip-filen indeholder et link eller andet, der ikke er en fil. {_PLAIN_DA}."
    en = f"The zip file holds a link or something else that is no file. {_PLAIN_EN}."


class ZipRepeated(Invalid):
    """A name twice, whatever its case."""

    code = "zip.repeated_name"
    da = "Zip-filen har to filer med samme navn. Behold den rigtige, og pak filerne igen."
    en = "The zip file has two files of the same name. Keep the right one, and pack the files again."


class ZipNested(Invalid):
    """An archive inside the archive."""

    code = "zip.nested"
    da = "Zip-filen indeholder en pakket fil. Pak CSV-filerne direkte, og send hver zip-fil for sig."
    en = "The zip file holds a packed file. Pack the CSV files directly, and send each zip file by itself."


class ZipContradiction(Invalid):
    """The directory and what stands before a member, or its length, do not agree; or members overlap."""

    code = "zip.contradiction"
    da = f"Zip-filens fortegnelse passer ikke med dens indhold. {_PLAIN_DA}."
    en = f"The directory of the zip file does not agree with its content. {_PLAIN_EN}."


class ZipDamaged(Invalid):
    """A member that cannot be unpacked, or whose checksum is another."""

    code = "zip.damaged"
    da = "{file} i zip-filen er beskadiget undervejs. Hent udtrækket igen, og send det uændret."
    en = "{file} in the zip file was damaged on the way. Fetch the extract again, and send it unchanged."
