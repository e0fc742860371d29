"""The tables that a file's SQL uses, and the folder that owns each table."""

import ast
import importlib
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[3]
SERVICES = ROOT / "services"

_NAME = r"(?:ONLY\s+)?([a-z_][a-z0-9_]*)"
_ALIAS = r"(?:\s+(?:AS\s+)?(?!ON\b|USING\b|WHERE\b|JOIN\b|LEFT\b|CROSS\b|SET\b|GROUP\b|ORDER\b|FOR\b)[a-z_]+)?"
_READ = re.compile(rf"\b(?:FROM|JOIN)\s+{_NAME}{_ALIAS}((?:\s*,\s*{_NAME}{_ALIAS})*)")
_NEXT = re.compile(rf",\s*{_NAME}")
_FILLED = re.compile(r"\b(?:FROM|JOIN|INTO|UPDATE)\s+(?:ONLY\s+)?(?:_filled\b|\{\w*\}|%s)")
_WRITTEN = re.compile(rf"\b(?:INTO|UPDATE|DELETE\s+FROM)\s+{_NAME}")


@dataclass(frozen=True, order=True)
class Use:
    """A table that a file's SQL reads or writes."""

    file: str
    table: str
    writes: bool


def texts_of(source: str, suffix: str) -> Iterator[str]:
    """A file's SQL: all of a ``.sql`` file without its comments, and a module's strings without its docstrings."""
    if suffix == ".sql":
        yield re.sub(r"--[^\n]*", "", source)
        return
    tree = ast.parse(source)
    said = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    inside: set[int] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr):
            inside.update(id(part) for part in node.values)
            yield "".join(str(part.value) if isinstance(part, ast.Constant) else " _filled " for part in node.values)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and not {id(node)} & (said | inside):
            yield node.value


def uses_in(file: str, text: str) -> Iterator[Use]:
    """The tables after FROM, JOIN, INTO, UPDATE or DELETE FROM in a text; all SQL of the project has upper-case
    keywords.
    """
    for table in _WRITTEN.findall(text):
        yield Use(file, table, writes=True)
    for match in _READ.finditer(text):
        if re.search(r"DELETE\s+$", text[: match.start()]):
            continue
        for table in (match[1], *_NEXT.findall(match[2])):
            yield Use(file, table, writes=False)


def fills_in_a_table(file: str, source: str) -> bool:
    """Whether a statement of the file gets the name of a table, or rows in its place, only when it is put together."""
    return any(_FILLED.search(text) for text in texts_of(source, Path(file).suffix))


def uses_of(file: str, source: str) -> Iterator[Use]:
    """The tables that a file's SQL uses; ``file`` is its path from the root."""
    for text in texts_of(source, Path(file).suffix):
        yield from uses_in(file, text)


def owners(service: str) -> dict[str, str]:
    """The folder that owns each table of the service, by the table's name: where its class is declared.

    The libraries' own tables (outbox, receipts, …) are owned by ``libs/shared``.
    """
    home: Any = importlib.import_module(f"services.{service}.metadata")
    for module in sorted((SERVICES / service).rglob("*tables.py")):
        importlib.import_module(str(module.relative_to(ROOT)).removesuffix(".py").replace("/", "."))
    found = dict.fromkeys(home.METADATA.tables, "libs/shared")
    waiting = [*home.Table.__subclasses__()]
    while waiting:
        each = waiting.pop()
        waiting.extend(each.__subclasses__())
        if hasattr(each, "__table__"):
            found[each.__tablename__] = each.__module__.removesuffix(".tables").replace(".", "/")
    return found


def services() -> list[str]:
    """The services that own tables."""
    return sorted(path.parent.name for path in SERVICES.glob("*/metadata.py"))


def files_of(service: str) -> list[Path]:
    """The service's modules and its ``.sql`` files. Migrations are left out, because they create the tables of all
    rooms.
    """
    folder = SERVICES / service
    return [each for each in (*folder.rglob("*.py"), *folder.rglob("*.sql")) if "migrations" not in each.parts]


def foreign(used: Iterable[Use], owned: Mapping[str, str]) -> Iterator[tuple[str, str, str]]:
    """(folder, owner's folder, table) for each use from outside the owner's folder; a table written ends in ``!``."""
    for use in used:
        owner = owned.get(use.table)
        if owner and not use.file.startswith(f"{owner}/"):
            folder = str(Path(use.file).parent).removesuffix("/sql").removesuffix("/queries")
            yield folder, owner, f"{use.table}!" if use.writes else use.table


def foreign_uses(service: str) -> set[tuple[str, str, str]]:
    """The result of ``foreign`` for the whole service."""
    owned = owners(service)
    found = set()
    for path in files_of(service):
        used = uses_of(str(path.relative_to(ROOT)), path.read_text(encoding="utf-8"))
        found.update(foreign(used, owned))
    return found
