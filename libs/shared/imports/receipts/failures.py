"""The reasons why a whole file failed or was not completed: the texts of a receipt's ``error``."""

from libs.shared.files.problems import TooManyRefused

FAILURES = {
    "import.failed": {
        "da": "Importen blev opgivet efter flere forsøg på grund af en fejl hos os. Rækker, der er talt med, er taget "
        "imod. Send filen igen med en ny Idempotency-Key; rækker, der allerede er gemt, tælles som uændrede.",
        "en": "The import was given up after several tries because of a fault on our side. Rows that are counted were "
        "taken. Send the file again with a new Idempotency-Key; rows already stored count as unchanged.",
    },
    "import.chunk_unreadable": {
        "da": "Filen kan ikke læses igen, fordi dens krypteringsnøgle er fjernet. Send den igen med en ny "
        "Idempotency-Key.",
        "en": "The file cannot be read again because its encryption key was removed. Send it again with a new "
        "Idempotency-Key.",
    },
    TooManyRefused.code: {"da": TooManyRefused.da, "en": TooManyRefused.en},
    "file.too_many_rows": {
        "da": "Filen har flere rækker, end en fil med atomic=file må have, og intet er gemt. Del filen, eller send den "
        "med atomic=row, og med en ny Idempotency-Key.",
        "en": "The file has more rows than a file with atomic=file may have, and nothing is stored. Divide it, or send "
        "it with atomic=row, and with a new Idempotency-Key.",
    },
}
