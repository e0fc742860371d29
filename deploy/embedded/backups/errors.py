"""Reasons why a backup or a restore stops, each with a remedy."""

from libs.shared.base.errors import Problem


class NothingToBackUp(Problem):
    """There is no database under this home."""

    code = "embedded_backup_nothing"
    da = "Der er ingen database i {home}. Sæt SKOLELOEFT_HOME til den mappe, som `make serve` bruger."
    en = "There is no database in {home}. Set SKOLELOEFT_HOME to the folder that `make serve` uses."


class FolderNotEmpty(Problem):
    """A backup never overwrites anything."""

    code = "embedded_backup_folder_not_empty"
    da = "{folder} er ikke tom. Angiv en ny mappe til hver sikkerhedskopi, for eksempel med datoen i navnet."
    en = "{folder} is not empty. Name a new folder for each backup, for example with the date in its name."


class KeysBesideData(Problem):
    """Data and keys are in one place; a person who finds both can read everything."""

    code = "embedded_backup_keys_beside_data"
    da = (
        "Nøglefilen {file} ville ligge i samme mappe som sikkerhedskopien. Angiv et andet sted med --keys, "
        "eller tilføj --keys-in-folder, hvis det er meningen."
    )
    en = (
        "The key file {file} would lie in the same folder as the backup. Name another place with --keys, "
        "or add --keys-in-folder if that is what you want."
    )


class OtherKeysThere(Problem):
    """The key file holds keys that earlier backups need and that are not among today's."""

    code = "embedded_backup_other_keys"
    da = "{file} indeholder nøgler, som ikke længere bruges, men som ældre kopier kræver. Angiv en ny nøglefil."
    en = "{file} holds keys that are in use no longer but that older backups need. Name a new key file."


class BackupFailed(Problem):
    """The PostgreSQL program failed; the message has its reason."""

    code = "embedded_backup_failed"
    da = "Sikkerhedskopien blev ikke taget, og intet er skrevet. Ret årsagen, og prøv igen: {reason}"
    en = "The backup was not made, and nothing was left. Correct the cause and try again: {reason}"


class NotABackup(Problem):
    """The folder has no manifest of a backup, or one that cannot be read."""

    code = "embedded_restore_not_a_backup"
    da = "{folder} er ikke en sikkerhedskopi, som denne version kan læse ({reason}). Angiv en mappe fra `backup`."
    en = "{folder} is not a backup that this version can read ({reason}). Name a folder that `backup` wrote."


class NewerBackup(Problem):
    """A newer version's tables are unknown to this one."""

    code = "embedded_restore_newer"
    da = "Sikkerhedskopien er fra version {made}, og dette er {here}. Installér mindst den version, og prøv igen."
    en = "The backup is of version {made}, and this is {here}. Install at least that version and try again."


class WrongKeys(Problem):
    """The key file does not open this backup. The message has only the keys' names."""

    code = "embedded_restore_wrong_keys"
    da = "Nøglefilen {file} hører ikke til sikkerhedskopien (mangler: {names}). Angiv den, der blev skrevet med den."
    en = "The key file {file} does not belong to the backup (missing: {names}). Name the one written with it."


class BackupDamaged(Problem):
    """A file of the backup is missing or changed, or there is an additional file."""

    code = "embedded_restore_damaged"
    da = "Sikkerhedskopien {folder} er beskadiget, og intet er gendannet. Brug en anden. Kontrollen siger: {reason}"
    en = "The backup {folder} is damaged, and nothing was restored. Use another. The check says: {reason}"


class HomeNotEmpty(Problem):
    """A restore replaces data or keys only on request, and then it moves them aside."""

    code = "embedded_restore_home_not_empty"
    da = "Der er allerede data eller nøgler i {home}. Vælg en anden SKOLELOEFT_HOME, eller tilføj --replace."
    en = "There are data or keys in {home} already. Choose another SKOLELOEFT_HOME, or add --replace."


class RestoreUnfinished(Problem):
    """A restore was interrupted; starting now would make an empty platform."""

    code = "embedded_restore_unfinished"
    da = "Gendannelsen i {home} blev afbrudt. Kør `restore` igen, før platformen startes."
    en = "The restore into {home} was cut off. Run `restore` again before the platform is started."


class RestoreFailed(Problem):
    """The operating system refused an operation, for example because the disk is full."""

    code = "embedded_restore_failed"
    da = "Gendannelsen blev ikke færdig. Ret årsagen, og kør `restore` igen: {reason}"
    en = "The restore did not come to its end. Correct the cause and run `restore` again: {reason}"
