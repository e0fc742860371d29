"""A service's wiring is the sum of its parts, and two parts may not declare the same thing."""

import asyncio

import pytest
from fastapi import APIRouter

from libs.shared.db.database import WriteSession
from libs.shared.events.republishing import Page, Place, Republishing
from libs.shared.runtime.parts import Part, kinds_of, subscriptions_of, wired
from services.registration.copies.absence.part import PART as ABSENCE
from services.registration.copies.catalog.part import PART as CATALOG
from services.registration.roster.institutions.part import PART as INSTITUTIONS


class _Loop:
    async def run(self, stop: asyncio.Event) -> None:
        await stop.wait()

    def stuck(self) -> str | None:
        return "hangs"


async def _page(session: WriteSession, code: str, after: Place | None, size: int) -> Page:
    return Page(0, None)


async def _gone(session: WriteSession, keys: object) -> None: ...


def test_a_wiring_has_what_each_part_adds_in_the_order_of_the_parts() -> None:
    first, second, loop = APIRouter(prefix="/one"), APIRouter(prefix="/two"), _Loop()
    topics = [Republishing("registration.school", _page), Republishing("registration.class", _page)]
    wiring = wired(
        [
            Part(routers=[first], republishing=topics[:1]),
            CATALOG,
            Part(routers=[second], republishing=topics[1:], loops={"courses": loop}),
        ]
    )
    assert list(wiring.routers) == [first, second]
    assert list(wiring.republishing) == topics
    assert wiring.loops == {"courses": loop.run}
    assert wiring.stuck["courses"]() == "hangs"
    assert list(wiring.tables) == ["rule_set", "intervention_type"]
    assert wiring.subscriptions is not None
    assert wiring.subscriptions.topics == ("catalog.intervention-type", "catalog.rule-set")


def test_a_service_that_takes_no_event_has_no_subscriptions() -> None:
    assert wired([Part(), INSTITUTIONS]).subscriptions is None


def test_kinds_of_file_come_with_their_handlers() -> None:
    assert [kind.name for kind in kinds_of([INSTITUTIONS, CATALOG])] == ["institutions"]


def test_subscriptions_are_those_of_all_parts() -> None:
    together = subscriptions_of([CATALOG, ABSENCE, Part(tombstones={"registration.school": _gone})])
    assert set(subscriptions_of([CATALOG]).topics) < set(together.topics)
    assert together.takes_tombstones("registration.school")


@pytest.mark.parametrize(
    "part",
    [
        Part(loops={"courses": _Loop()}),
        Part(republishing=[Republishing("registration.school", _page)]),
        Part(tables=CATALOG.tables),
        Part(tombstones={"registration.school": _gone}),
        Part(read_models=CATALOG.read_models),
    ],
)
def test_two_parts_that_claim_the_same_are_an_error(part: Part) -> None:
    with pytest.raises(ValueError, match=r"two parts have the same|subscribed twice"):
        wired([part, part])


def test_two_parts_with_one_kind_of_file_are_an_error() -> None:
    with pytest.raises(ValueError, match="kind of file: institutions"):
        kinds_of([INSTITUTIONS, INSTITUTIONS])
