"""``python -m services.intervention_catalog content load [--dry-run]`` and ``content --check [--sources FOLDER]``."""

import asyncio
import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path

from sqlalchemy.exc import DBAPIError

from libs.shared.base.errors import Problem
from libs.shared.base.tellable import Tellable
from libs.shared.observability.failures import sentence_of
from libs.shared.rules.catalog import catalog_entries
from libs.shared.rules.errors import RuleError
from libs.shared.rules.library import library_rule_sets
from libs.shared.runtime.core import open_core
from libs.shared.runtime.service import Core, Service
from services.intervention_catalog.content.checks.report import check_content
from services.intervention_catalog.content.files import ContentUnreadable, packaged_folder, read_content
from services.intervention_catalog.content.references import rule_numbers
from services.intervention_catalog.content.source_text import SourceMissing, read_sources
from services.intervention_catalog.kinds.allowed_references import AllowedReferences
from services.intervention_catalog.loading.packaged import packaged
from services.intervention_catalog.loading.use_cases import Loaded, load_content

Show = Callable[[Loaded], None]

USAGE = """usage: python -m services.intervention_catalog content load [--dry-run]
       python -m services.intervention_catalog content --check [--sources FOLDER]

  load           publish what is new or changed in the packaged content and rule sets; shows it before it does
  --dry-run      show what would be published, and publish nothing
  --check        count the content files, and list every fault in them; needs no database
  --sources      the folder of the sources: check the inventory and the wording against them too
"""


class NothingPublished(Tellable):
    """The content was not loaded. The text says why and quotes nothing but the packaged content."""


class _Undone(Exception):
    """Rolls the transaction of a dry run back."""


def content_command(service: Service, words: Sequence[str]) -> int:
    """Run ``content``. Exit codes: 0 done, 1 faults found, 2 usage error. Raises ``NothingPublished``."""
    match list(words):
        case ["load"]:
            return asyncio.run(_load(service, dry_run=False))
        case ["load", "--dry-run"]:
            return asyncio.run(_load(service, dry_run=True))
        case ["--check"]:
            return _check(None)
        case ["--check", "--sources", folder]:
            return _check(Path(folder))
    sys.stderr.write(USAGE)
    return 2


def _check(folder: Path | None) -> int:
    try:
        report = check_content(
            read_content(packaged_folder()),
            numbers=rule_numbers(),
            entries=catalog_entries(),
            sources=None if folder is None else read_sources(folder),
        )
    except (ContentUnreadable, SourceMissing) as refused:
        sys.stderr.write(f"not checked: {refused}\n")
        return 1
    sys.stdout.write("\n".join(report.lines()) + "\n")
    return 1 if report.faults else 0


async def _load(service: Service, *, dry_run: bool) -> int:
    async with open_core(service) as core:
        try:
            loaded = await load(core, dry_run=dry_run, show=_show_would if dry_run else _show)
        except (ContentUnreadable, Problem, RuleError) as refusal:
            raise NothingPublished(str(refusal)) from refusal
        except DBAPIError as failure:
            raise NothingPublished(f"the database refused ({sentence_of(failure)}): is it migrated?") from failure
    if not loaded:
        sys.stdout.write("no change\n")
    return 0


async def load(core: Core, *, dry_run: bool, show: Show) -> list[Loaded]:
    """Load the content in one transaction, and show what was done before it is committed.

    A dry run does the same and rolls it back, so its output cannot differ from that of a real run.
    """
    entries = catalog_entries()
    content = read_content(packaged_folder())
    items = packaged(content, AllowedReferences.of(content, entries))
    loaded: list[Loaded] = []
    with suppress(_Undone):
        async with core.db.write() as session:
            loaded = await load_content(session, core.outbox, items, library_rule_sets())
            for each in loaded:
                show(each)
            if dry_run:
                raise _Undone
    return loaded


def _show(loaded: Loaded) -> None:
    sys.stdout.write(f"{loaded}\n")


def _show_would(loaded: Loaded) -> None:
    sys.stdout.write(f"would be {loaded}\n")
