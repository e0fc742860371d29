"""Reports what fails between a command and the platform, and chooses its exit code."""

from collections.abc import Awaitable, Callable

from apps.cli import codes
from apps.cli.wording import CommandFailed, Failure
from libs.shared.base.errors import Problem
from libs.shared.client.errors import FileChanged, Refused, TokenRefused


async def carried_out(command: Callable[[], Awaitable[int]], tell: Callable[[Failure], None]) -> int:
    """Run the command and return its exit code. A failure that it raises is reported and has an exit code too."""
    try:
        return await command()
    except Refused as refused:
        tell(Failure(refused.code, _with_fields(refused)))
        return _of_status(refused.status)
    except Problem as failed:
        tell(Failure(failed.code, failed.messages))
        if isinstance(failed, CommandFailed):
            return failed.exit_code
        if isinstance(failed, TokenRefused):
            return codes.NO_ACCESS
        # Problems of the files library (a file that cannot be read), and a file that changed while it was sent.
        wrong_file = isinstance(failed, FileChanged) or failed.status in {400, 413, 415, 422}
        return codes.WRONG_USE if wrong_file else codes.NOT_DONE


def _of_status(status: int) -> int:
    """The exit code for a status: 400, 413, 415 and 422 concern what was sent; 409 and 429 may pass later."""
    if status in {401, 403, 404}:
        return codes.NO_ACCESS
    return codes.NOT_ALL if status in {400, 413, 415, 422} else codes.NOT_DONE


def _with_fields(refused: Refused) -> dict[str, str]:
    """The problem's text, followed by the error of each field."""
    texts = {"da": refused.messages.da, "en": refused.messages.en}
    for each in refused.problem.get("errors") or ():
        for language in texts:
            texts[language] += f" {each['pointer']}: {each['messages'][language]}"
    return texts
