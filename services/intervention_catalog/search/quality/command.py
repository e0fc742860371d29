"""``python -m services.intervention_catalog search-quality [FILE…] [--least 0.9]``."""

import sys
from collections.abc import Iterable, Sequence
from fractions import Fraction
from importlib.resources.abc import Traversable
from pathlib import Path

from libs.shared.runtime.service import Service
from services.intervention_catalog.content.files import ContentUnreadable, packaged_folder, read_content, read_file
from services.intervention_catalog.content.models.queries import QueriesFile
from services.intervention_catalog.search.index.packaged_documents import packaged_documents
from services.intervention_catalog.search.quality.figures import figures_of, measured, quality_lines
from services.intervention_catalog.search.quality.plain_search import PlainSearch

USAGE = """usage: python -m services.intervention_catalog search-quality [FILE…] [--least SHARE]

  FILE           queries with their right answers; every file of content/queries unless given
  --least        the share (0 to 1) that both figures of each file must reach, 0.9 unless given

Measures the search on the packaged content; needs no database.
"""
LEAST = Fraction(9, 10)


class _NotUnderstood(Exception):
    """The arguments do not form a valid call of the command."""


def search_quality_command(service: Service, words: Sequence[str]) -> int:
    """Run ``search-quality``. Exit codes: 0 good enough, 1 below the limit or unreadable file, 2 usage error."""
    try:
        names, least = _understood(words)
    except _NotUnderstood:
        sys.stderr.write(USAGE)
        return 2
    try:
        files = [(each.name, _queries(each)) for each in _files(names)]
        lines, enough = _measure(files, least)
    except ContentUnreadable as refused:
        sys.stderr.write(f"not measured: {refused}\n")
        return 1
    sys.stdout.write("\n".join(lines) + "\n")
    return 0 if enough else 1


def _understood(words: Sequence[str]) -> tuple[list[str], Fraction]:
    names, least = [], LEAST
    rest = iter(words)
    for word in rest:
        if word == "--least":
            try:
                least = Fraction(next(rest, ""))
            except (ValueError, ZeroDivisionError) as wrong:
                raise _NotUnderstood from wrong
        elif word.startswith("-"):
            raise _NotUnderstood
        else:
            names.append(word)
    if not 0 <= least <= 1:
        raise _NotUnderstood
    return names, least


def _files(names: Sequence[str]) -> list[Traversable]:
    if names:
        return [Path(name) for name in names]
    folder = packaged_folder() / "queries"
    return sorted((each for each in folder.iterdir() if each.name.endswith(".yaml")), key=lambda each: each.name)


def _queries(file: Traversable) -> QueriesFile:
    if isinstance(file, Path):
        return read_file(file.parent, file.name, QueriesFile)
    return read_file(packaged_folder() / "queries", file.name, QueriesFile)


def _measure(files: Iterable[tuple[str, QueriesFile]], least: Fraction) -> tuple[list[str], bool]:
    # Imported here so that other commands and the worker do not load tantivy.
    from services.intervention_catalog.search.search_index import SearchIndex  # noqa: PLC0415

    content = read_content(packaged_folder())
    documents = tuple(packaged_documents(content))
    index, plain = SearchIndex.of(documents, content.synonyms), PlainSearch(documents)
    lines: list[str] = []
    enough = True
    for name, file in files:
        results = measured(file.queries, lambda text: [hit.key for hit in index.search(text)])
        lines += quality_lines(name, results, measured(file.queries, plain.ranking), held_out=file.held_out)
        if figures_of(results).least() < least:
            enough = False
            lines.append(f"{name}: below {float(least):g}")
    return lines, enough
