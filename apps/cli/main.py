"""The commands and their options. What a command needs is imported when it is run, so that the help comes at once."""

import io
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from apps.cli import codes
from apps.cli.options import Format, Identifier, Language

app = typer.Typer(
    name="skoleloeft",
    help="Skoleløft på kommandolinjen / on the command line",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    epilog="Afslutningskoder / exit codes: 0 alt i orden / all well · 1 noget afvises / something is refused · "
    "2 forkert brug / wrong use · 3 prøv igen senere / try again later · 4 ingen adgang / no access",
)

_LanguageOption = Annotated[Language, typer.Option("--language", envvar="SKOLELOEFT_LANGUAGE", help="Sprog / language")]
_MunicipalityOption = Annotated[
    str | None,
    typer.Option("--municipality", help="Kommunens tre cifre; ellers fra login / three digits, else from the login"),
]
_JsonOption = Annotated[bool, typer.Option("--json", help="Til programmer / for programs")]
_KindOption = Annotated[
    str | None, typer.Option("--kind", help="Slags; ellers efter overskriften / kind, else by the header")
]
_IdentifierOption = Annotated[Identifier, typer.Option("--identifier", help="Elevkolonnen / the pupil column")]
_CharsetOption = Annotated[str, typer.Option("--charset", help="utf-8, iso-8859-1, windows-1252")]
_ReceiptArgument = Annotated[
    str | None, typer.Argument(help="Kvitteringens id; uden: alle / the receipt's id; without: all")
]
_MostOption = Annotated[int, typer.Option("--most", min=1, help="Højst så mange / at most so many")]

_HeldArgument = Annotated[str, typer.Argument(help="Kvitteringens id / the receipt's id")]
_WaitOption = Annotated[float, typer.Option("--wait", min=1, help="Sekunder / seconds")]


@app.command(help="Bedøm en plan eller en datafil uden server / judge a plan or a data file without a server")
def check(
    files: Annotated[
        list[str],
        typer.Argument(metavar="FILE", help="Plan: YAML, JSON (.json), - for standard input; data: CSV, NDJSON, gzip"),
    ],
    *,
    language: _LanguageOption = Language.DA,
    form: Annotated[Format, typer.Option("--format")] = Format.TEXT,
    kind: _KindOption = None,
    charset: _CharsetOption = "utf-8",
    identifier: _IdentifierOption = Identifier.CPR_NUMBER,
    most: Annotated[int, typer.Option("--most", min=0, help="Afviste rækker, der vises / refused rows shown")] = 20,
    at_start: Annotated[
        bool, typer.Option("--at-start", help="Som på startdagen / as on the day the plan starts (C-PARENTS)")
    ] = False,
) -> None:
    """Judge files without a service."""
    from apps.cli import check as command

    wishes = command.Wishes(
        at_start=at_start,
        kind=kind,
        charset=charset,
        identifier=identifier,
        most=most,
        language=language,
        as_json=form is Format.JSON,
    )
    raise typer.Exit(command.run(files, wishes))


@app.command(help="Log ind, og gem login for denne bruger / log in and keep the login for this user")
def login(
    service: Annotated[
        list[str], typer.Option("--service", help="navn=adresse for hver tjeneste / name=address of each service")
    ],
    *,
    issuer: Annotated[str | None, typer.Option("--issuer", help="Udsteder af tokens / issuer of tokens")] = None,
    client_id: Annotated[str | None, typer.Option("--client-id")] = None,
    secret_file: Annotated[
        Path | None,
        typer.Option(
            "--secret-file",
            help="Fil med hemmeligheden; ellers SKOLELOEFT_CLIENT_SECRET eller tastaturet / file with the secret, else "
            "SKOLELOEFT_CLIENT_SECRET or the keyboard",
        ),
    ] = None,
    parameter: Annotated[
        list[str] | None,
        typer.Option("--parameter", help="navn=værdi til udstederen, som scope / name=value for the issuer, as scope"),
    ] = None,
    municipality: _MunicipalityOption = None,
    language: _LanguageOption = Language.DA,
    keep_secret: Annotated[
        bool,
        typer.Option(help="Gem hemmeligheden, så tokens fornyes / keep the secret, so that tokens are renewed"),
    ] = True,
) -> None:
    """Ask for a token and keep the login."""
    from apps.cli import login as command

    raise typer.Exit(
        command.run(
            service,
            issuer=issuer,
            client_id=client_id,
            secret_file=secret_file,
            parameters=parameter or [],
            municipality=municipality,
            keep_secret=keep_secret,
            language=language,
        )
    )


@app.command(help="Send filer, og vent på kvitteringerne / send files and wait for the receipts")
def send(
    files: Annotated[list[Path], typer.Argument(metavar="FILE", help="CSV, NDJSON (.ndjson), gzip")],
    *,
    kind: _KindOption = None,
    municipality: _MunicipalityOption = None,
    identifier: _IdentifierOption = Identifier.CPR_NUMBER,
    charset: _CharsetOption = "utf-8",
    after: Annotated[
        str | None, typer.Option("--after", help="Position fra en anden tjenestes kvittering / of another receipt")
    ] = None,
    complete: Annotated[
        bool,
        typer.Option(
            "--complete", help="Et øjebliksbillede: det, der mangler, afsluttes / a snapshot: what lacks ends"
        ),
    ] = False,
    institution: Annotated[str | None, typer.Option("--institution", help="Med --complete / with --complete")] = None,
    school_year: Annotated[str | None, typer.Option("--school-year", help="2022/2023, med / with --complete")] = None,
    source: Annotated[
        str | None, typer.Option("--source", help="Kildesystemets navn / name of the source, --complete")
    ] = None,
    source_moment: Annotated[
        str | None,
        typer.Option("--source-moment", help="Udtrækkets tidspunkt med tidszone / moment of the extract, --complete"),
    ] = None,
    key: Annotated[
        str | None, typer.Option("--key", help="Idempotency-Key; ellers efter filen / else made from the file")
    ] = None,
    wait: Annotated[
        float, typer.Option("--wait", min=1, help="Sekunder i alt pr. fil / seconds in all for a file")
    ] = 600.0,
    language: _LanguageOption = Language.DA,
    validate: Annotated[
        bool, typer.Option("--validate", help="Kontrollér hos platformen, og skriv intet / check, write nothing")
    ] = False,
    whole: Annotated[bool, typer.Option("--whole", help="Alle rækker eller ingen / all rows or none")] = False,
    refused: Annotated[
        bool, typer.Option(help="Gem afviste rækker ved siden af filen / save refused rows beside the file")
    ] = True,
    as_json: _JsonOption = False,
) -> None:
    """Send files."""
    from apps.cli import sending

    wishes = sending.Wishes(
        kind=kind,
        municipality=municipality,
        identifier=identifier,
        charset=charset,
        validate=validate,
        whole=whole,
        after=after,
        snapshot=sending.snapshot_of(
            complete=complete,
            institution=institution,
            school_year=school_year,
            source=source,
            source_moment=source_moment,
        ),
        key=key,
        seconds=wait,
        save_refused=refused,
        language=language,
        as_json=as_json,
    )
    raise typer.Exit(sending.run(files, wishes))


@app.command(help="Kvitteringer, de nyeste først / receipts, the newest first")
def receipts(
    receipt: _ReceiptArgument = None,
    municipality: _MunicipalityOption = None,
    most: _MostOption = 20,
    language: _LanguageOption = Language.DA,
    *,
    as_json: _JsonOption = False,
) -> None:
    """Show receipts."""
    from apps.cli import receipts as command

    raise typer.Exit(command.show(receipt, municipality, most=most, language=language, as_json=as_json))


@app.command(help="Rækker, der venter, og på hvad / rows that wait, and for what")
def parked(
    receipt: _ReceiptArgument = None,
    municipality: _MunicipalityOption = None,
    most: _MostOption = 100,
    language: _LanguageOption = Language.DA,
    *,
    as_json: _JsonOption = False,
) -> None:
    """Show waiting rows."""
    from apps.cli import receipts as command

    raise typer.Exit(command.show_parked(receipt, municipality, most=most, language=language, as_json=as_json))


@app.command(help="Øjebliksbilleder, der venter på en afgørelse / snapshots that wait for a decision")
def held(
    receipt: _ReceiptArgument = None,
    municipality: _MunicipalityOption = None,
    most: _MostOption = 200,
    language: _LanguageOption = Language.DA,
    *,
    as_json: _JsonOption = False,
) -> None:
    """Show held snapshots, or what one changes."""
    from apps.cli import held as command

    raise typer.Exit(command.show(receipt, municipality, most=most, language=language, as_json=as_json))


@app.command(help="Få et øjebliksbillede taget, som det er vist / have a held snapshot taken as shown")
def confirm(
    receipt: _HeldArgument,
    municipality: _MunicipalityOption = None,
    wait: _WaitOption = 600.0,
    language: _LanguageOption = Language.DA,
) -> None:
    """Confirm a held snapshot."""
    from apps.cli import held as command

    raise typer.Exit(command.decide(receipt, municipality, confirm=True, seconds=wait, language=language))


@app.command(help="Afvis et øjebliksbillede; intet af det gemmes / reject a held snapshot; nothing of it is stored")
def reject(
    receipt: _HeldArgument,
    municipality: _MunicipalityOption = None,
    wait: _WaitOption = 600.0,
    language: _LanguageOption = Language.DA,
) -> None:
    """Reject a held snapshot."""
    from apps.cli import held as command

    raise typer.Exit(command.decide(receipt, municipality, confirm=False, seconds=wait, language=language))


def main(arguments: Sequence[str]) -> int:
    """Carry out one command and return its exit code; 2 for a wrong use, without a command after the help."""
    try:
        app(list(arguments), prog_name="skoleloeft")
    except SystemExit as ended:
        return ended.code if isinstance(ended.code, int) else codes.WRONG_USE
    return codes.OK


def run() -> None:
    """The console script: Danish letters come out whole on every terminal and in every pipe."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8")
    sys.exit(main(sys.argv[1:]))
