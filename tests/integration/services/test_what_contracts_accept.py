"""Every handler can take what its contract accepts: the limits of an event fit the columns in which it is stored.

Each value of the frozen examples is replaced by extreme ones of its kind. If the result is still a valid event, the
real handler must take it on the service's real tables; an invalid one becomes a dead letter before any handler.
"""

import json
import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from pydantic import ValidationError

from libs.shared.contracts.catalog import RuleSetPublished
from libs.shared.contracts.envelope import Event
from libs.shared.contracts.frozen import read_examples
from libs.shared.contracts.registry import MODELS
from libs.shared.contracts.state import State
from libs.shared.db.database import Database
from libs.shared.db.scope import Scope
from libs.shared.events.failures import hopeless
from libs.shared.events.outbox import Outbox
from libs.shared.events.subscriptions import Subscriptions
from libs.shared.rules.library import library_rule_set
from services.absence_ingest.wiring import subscriptions
from services.evaluation_export import wiring as evaluation_export
from services.registration import wiring as registration
from tests.realparts.databases import MakeDatabase

OUTBOX = Outbox("absence_ingest")


def absence_ingest() -> Subscriptions:
    return subscriptions(OUTBOX)


GROUPS: dict[str, Callable[[], Subscriptions]] = {
    "evaluation_export": lambda: evaluation_export.SUBSCRIPTIONS,
    "registration": lambda: registration.SUBSCRIPTIONS,
    "absence_ingest": absence_ingest,
}
EXTREMES: list[tuple[str, list[Any]]] = [
    (r"\d{4}-\d\d-\d\d", ["0001-01-01", "1899-12-31", "1900-01-01", "2199-12-31", "2200-01-01", "9999-12-31"]),
    (r"\d{4}-\d\d", ["0000-01", "0001-01", "1900-01", "2199-12", "9999-12", "٢٠٢٢-٠٩"]),
    (r"\d{4}/\d{4}", ["0000/0001", "1900/1901", "2198/2199", "9998/9999", "2021/2023", "٢٠٢٢/٢٠٢٣"]),
    (r"\d{3}|\d{6}", ["000", "000000", "٢٠٢", "٢٠٢٢٠٩"]),
    (r"\d+\.\d+|\d+", ["-1", "31", "1e30", "1e400", "1e100000", "0.00000000000001"]),
    (r"[0-9a-f-]{36}|[0-9a-f]{64}", []),
    (r"(?s).*", ["", "x" * 100_000, "٢٠٢", "🙂", "a\nb", "a\0b"]),
]
INTEGERS = [-1, 0, 2**15, 2**31 - 1, 2**31, 2**63, 2**64]


NOT_STORABLE = "a\0b"
"""The one thing that contracts leave to PostgreSQL: looking for it in every text would cost every reader its time."""


class _Undo(Exception):
    pass


async def take_and_undo(db: Database, handler: Any, state: State) -> Exception | None:
    """Run the handler and roll back; returns its exception, or None."""
    event: Event[State] = Event(id=uuid4(), source="/test", time=datetime.now(UTC), data=state)
    undo = _Undo()
    try:
        async with db.write(Scope.of(*filter(None, [state.municipality]))) as session:
            await handler(session, [event])
            await session.flush()
            raise undo  # noqa: TRY301 - it rolls the transaction back in every case
    except _Undo:
        return None
    except Exception as failure:
        return failure


def example(model: type[State]) -> dict[str, Any]:
    """A frozen example; a rule set's one gets content that the rules library can read."""
    value: dict[str, Any] = read_examples(model)[0]["value"]
    if model is RuleSetPublished:
        value |= {"content": library_rule_set("dosage-2021").model_dump(mode="json")}
    return value


def variants(value: Any) -> Iterator[tuple[str, Any]]:
    """(place, the whole value with one part replaced)."""
    if isinstance(value, dict):
        for name, part in value.items():
            if name == "content":
                continue  # not part of the contract
            for where, other in variants(part):
                yield f"{name}.{where}", {**value, name: other}
    elif isinstance(value, list):
        for place, part in enumerate(value[:1]):
            for where, other in variants(part):
                yield f"{place}.{where}", [*value[:place], other, *value[place + 1 :]]
    elif isinstance(value, str):
        kind = next(extremes for pattern, extremes in EXTREMES if re.fullmatch(pattern, value))
        for other in kind:
            yield other[:20], other
    elif isinstance(value, int) and not isinstance(value, bool):
        for number in INTEGERS:
            yield str(number), number


@pytest.mark.parametrize("group", GROUPS)
async def test_whatever_a_contract_accepts_its_handlers_take(make_database: MakeDatabase, group: str) -> None:
    own, subscriptions = await make_database(Path(f"services/{group}/migrations")), GROUPS[group]()
    tried, failures = 0, []
    for model in MODELS:
        handler = subscriptions.handler(model)
        if handler is None:
            continue
        for where, content in variants(example(model)):
            try:
                state = model.model_validate_json(json.dumps(content))
            except ValidationError:
                continue
            tried += 1
            failure = await take_and_undo(own.db, handler, state)
            if failure is not None and not (where.endswith(NOT_STORABLE) and hopeless(failure)):
                failures.append(f"{model.__name__}.{where}: {type(failure).__name__} {failure}"[:200])
    assert tried > 20
    assert failures == []
