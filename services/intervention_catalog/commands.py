"""``python -m services.intervention_catalog content load [--dry-run]``."""

import asyncio
import sys
from collections.abc import Sequence
from contextlib import suppress

from sqlalchemy.exc import DBAPIError

from libs.shared.base.errors import Problem
from libs.shared.observability.failures import describe_failure
from libs.shared.rules.errors import RuleError
from libs.shared.runtime.core import open_core
from libs.shared.runtime.service import Core, Service
from services.intervention_catalog.content.use_cases import Change, load_content

USAGE = """usage: python -m services.intervention_catalog content load [--dry-run]

  load           publish the packaged intervention types and rule sets that are new or changed
  --dry-run      show what would be published, and publish nothing
"""


class _Undone(Exception):
    """Ends the transaction of a dry run."""


def content_command(service: Service, words: Sequence[str]) -> int:
    """Run ``content``; 0 done, 1 refused, 2 not understood."""
    match list(words):
        case ["load"]:
            return asyncio.run(_load(service, dry_run=False))
        case ["load", "--dry-run"]:
            return asyncio.run(_load(service, dry_run=True))
    sys.stderr.write(USAGE)
    return 2


async def _load(service: Service, *, dry_run: bool) -> int:
    async with open_core(service) as core:
        try:
            changes = await load(core, dry_run=dry_run)
        except (Problem, RuleError) as refusal:
            sys.stderr.write(f"nothing published: {refusal}\n")
            return 1
        except DBAPIError as failure:
            sys.stderr.write(
                f"nothing published, the database refused ({describe_failure(failure)}): is it migrated?\n"
            )
            return 1
    for change in changes:
        sys.stdout.write(f"{'would be ' if dry_run else ''}{change}\n")
    if not changes:
        sys.stdout.write("no change\n")
    return 0


async def load(core: Core, *, dry_run: bool) -> list[Change]:
    """Load the content in one transaction. A dry run does the very same and undoes it, so that it cannot differ."""
    changes: list[Change] = []
    with suppress(_Undone):
        async with core.db.write() as session:
            changes = await load_content(session, core.outbox)
            if dry_run:
                raise _Undone
    return changes
