"""A copy of the packaged content, in which tests plant faults."""

from collections.abc import Callable
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

import pytest
import yaml

from libs.shared.rules.catalog import catalog_entries
from services.intervention_catalog.content.checks.report import Report, check_content
from services.intervention_catalog.content.files import packaged_folder, read_content
from services.intervention_catalog.content.references import rule_numbers
from services.intervention_catalog.content.source_text import SourceText

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_DUMPER = getattr(yaml, "CSafeDumper", yaml.SafeDumper)
Change = Callable[[Any], None]


class ContentFolder:
    """A copy of the content files that a test changes and checks."""

    def __init__(self, path: Path, packaged: Traversable) -> None:
        self.path = path
        for file in packaged.iterdir():
            if file.name.endswith(".yaml"):
                (path / file.name).write_text(file.read_text(encoding="utf-8"), encoding="utf-8")

    def change(self, name: str, how: Change) -> None:
        file = self.path / name
        data = yaml.load(file.read_text(encoding="utf-8"), Loader=_LOADER)  # noqa: S506 - a safe loader
        how(data)
        file.write_text(yaml.dump(data, Dumper=_DUMPER, allow_unicode=True, sort_keys=False), encoding="utf-8")

    def report(self, sources: dict[str, SourceText] | None = None) -> Report:
        return check_content(
            read_content(self.path), numbers=rule_numbers(), entries=catalog_entries(), sources=sources
        )

    def faults(self, sources: dict[str, SourceText] | None = None) -> list[str]:
        return [str(fault) for fault in self.report(sources).faults]


@pytest.fixture
def folder(tmp_path: Path) -> ContentFolder:
    return ContentFolder(tmp_path, packaged_folder())


def item(data: Any, file: str, name: str) -> Any:
    """The item of that id (or letter) in a file's list."""
    return next(each for each in data[file] if name in (each.get("id"), each.get("letter")))
