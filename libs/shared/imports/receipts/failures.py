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
    "snapshot.older": {
        "da": "Et øjebliksbillede fra samme kilde, institution og skoleår, som er lige så nyt eller nyere, er allerede "
        "taget imod, og intet af dette er gemt. Lav et nyt udtræk, og send det.",
        "en": "A snapshot of the same source, institution and school year that is as new or newer was already taken, "
        "and nothing of this one is stored. Make a new extract, and send it.",
    },
    "snapshot.replaced": {
        "da": "Et nyere øjebliksbillede fra samme kilde er kommet, og intet af dette er gemt. Se dets kvittering.",
        "en": "A newer snapshot of the same source came, and nothing of this one is stored. See the newer one's "
        "receipt.",
    },
    "snapshot.rejected": {
        "da": "Øjebliksbilledet blev holdt tilbage og derefter afvist af kommunen, og intet af det er gemt. Ret "
        "udtrækket, og send det igen.",
        "en": "The snapshot was held and then rejected by the municipality, and nothing of it is stored. Correct the "
        "extract, and send it again.",
    },
    "snapshot.hold_expired": {
        "da": "Øjebliksbilledet blev holdt tilbage, og ingen har taget stilling til det i tide. Intet af det er gemt. "
        "Lav et nyt udtræk, og send det.",
        "en": "The snapshot was held, and nobody decided about it in time. Nothing of it is stored. Make a new "
        "extract, and send it.",
    },
    "file.too_many_rows": {
        "da": "Filen har flere rækker, end en fil med atomic=file må have, og intet er gemt. Del filen, eller send den "
        "med atomic=row, og med en ny Idempotency-Key.",
        "en": "The file has more rows than a file with atomic=file may have, and nothing is stored. Divide it, or send "
        "it with atomic=row, and with a new Idempotency-Key.",
    },
}

NOT_CLOSED = {
    "da": "Intet er lukket: {count} afviste rækker har en identifikation, der ikke kan læses, så ingen kan sige, hvem "
    "de handler om. Ret rækkerne i kildesystemet, og send et nyt øjebliksbillede.",
    "en": "Nothing is closed: {count} refused rows have an identifier that cannot be read, so nobody can say whom they "
    "are about. Correct the rows in the source system, and send a new snapshot.",
}
"""Why a snapshot with such rows closes nothing (``snapshot.rows_unreadable``)."""
