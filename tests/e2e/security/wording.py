"""Sends CPR numbers in five spellings in every text that the platform takes, and names in free texts.

The texts are those marked in the OpenAPI documents, those in drafts, and the columns of every kind of file, so a new
text is tested automatically or fails.
"""

import copy
import uuid
from collections.abc import Iterator, Mapping, Sequence
from itertools import count, cycle, filterfalse, pairwise
from typing import Any

from tests.e2e.security import whole_files
from tests.e2e.security.canaries import Canary
from tests.e2e.security.openapi import Route, routes_of
from tests.e2e.security.platform import Running, Visitor
from tests.e2e.security.tenant import YEAR
from tests.e2e.security.tokens import ROLES, Forger
from tests.e2e.security.world import draft, finished, plan, send
from tests.factories.projects import ANY, document

CODE = "101"
MARK = "x-free-text"
REFUSED = "text.identifier"
INVENTED = ("190", "192")
"""Codes of the invented municipalities whose rosters are sent, by format."""
OF_IDENTIFIERS = {"cpr_number", "uni_login", "local_id", "pupil"}
"""Columns that pupils are named by: encrypted or hashed, whatever stands in them."""
_WIDE = str.maketrans("0123456789", "０１２３４５６７８９")


def spellings(who: Canary) -> list[str]:
    """The CPR number as people and programs write it."""
    number = who.cpr_number
    parts = (number[:2], number[2:4], number[4:6], number[6:])
    return [
        number,
        " ".join(parts),
        f"{number[:6]} – {number[6:]}",
        ".".join(parts),
        number.translate(_WIDE),
    ]


def forms(who: Canary) -> Iterator[tuple[bytes, str]]:
    """The byte strings to search for, from all spellings of the number."""
    for spelling in spellings(who):
        for charset in ("utf-8", "utf-16-le"):
            yield spelling.encode(charset), f"canary worded {who.number}: {spelling!a}"
        yield ascii(spelling)[1:-1].encode(), f"canary worded {who.number}: {spelling!a}, escaped"


def marked(route: Route) -> Iterator[str]:
    """The JSON pointer of each free text in the route's body; 0 stands for each entry of a list."""
    content = route.operation.get("requestBody", {}).get("content", {}).get("application/json", {})
    yield from _marked(content.get("schema", {}), route.document, "")


def _marked(schema: Mapping[str, Any], document: Mapping[str, Any], place: str) -> Iterator[str]:
    if MARK in schema:
        yield place
    if reference := schema.get("$ref"):
        yield from _marked(document["components"]["schemas"][reference.rpartition("/")[2]], document, place)
    for each in (*schema.get("anyOf", ()), *schema.get("oneOf", ())):
        yield from _marked(each, document, place)
    if "items" in schema:
        yield from _marked(schema["items"], document, f"{place}/0")
    for name, each in schema.get("properties", {}).items():
        yield from _marked(each, document, f"{place}/{name}")


def put(body: Any, place: str, value: Any) -> Any:
    """A copy of the body with the value at the place; missing objects and lists on the path are added."""
    whole = copy.deepcopy(body)
    at = whole
    steps = place.strip("/").split("/")
    for step, following in pairwise(steps):
        empty: Any = [] if following == "0" else {}
        if isinstance(at, list):
            at[:] = at or [empty]
            at = at[0]
        else:
            at[step] = at.get(step) or empty
            at = at[step]
    if isinstance(at, list):
        at[:] = [value, *at[1:]]
    else:
        at[steps[-1]] = value
    return whole


def leaves(value: Any, place: str = "") -> Iterator[str]:
    """The places of all strings, as JSON pointers."""
    if isinstance(value, str):
        yield place
    for name, each in value.items() if isinstance(value, dict) else ():
        yield from leaves(each, f"{place}/{name}")
    for each in value[:1] if isinstance(value, list) else ():
        yield from leaves(each, f"{place}/0")


class Wording:
    """A user who writes the CPR number of ``worded`` and the names of six canaries, ``named``, in every text."""

    def __init__(self, running: Running, forger: Forger, *, worded: Canary, named: Sequence[Canary]) -> None:
        self._running = running
        self._forger = forger
        self._spelt = spellings(worded)
        self._school, self._class, self._project, self._supplier, self._draft, self._reason = named

    def _as(self, *roles: str, subject: str = "visitor") -> Visitor:
        return self._running.visitor(self._forger.valid(roles, [CODE], subject=subject))

    async def all(self, institution: str) -> None:
        """Do everything in turn, about the existing school ``institution``."""
        async with self._as(*ROLES) as everybody:
            assert await self._bodies(everybody) > 10
            await self._drafts(everybody)
        async with self._as("municipality_integration") as it, self._as("resource_team") as team:
            for service in ("registration", "absence_ingest"):
                await self._files(it, service)
            for kind, invented in zip(whole_files.FORMATS, INVENTED, strict=True):
                await self._roster(it, whole_files.roster(kind, invented), invented)
            await self._names(it, team, institution)

    async def _bodies(self, everybody: Visitor) -> int:
        """Send the spellings, in turn, in each free text of each route; returns the number of texts."""
        places = [(route, place) for route in routes_of(await self._running.documents()) for place in marked(route)]
        for (route, place), spelling in zip(places, cycle(self._spelt), strict=False):
            answer = await everybody.ask(
                route.method,
                route.service,
                route.example_path(str(uuid.uuid4())),
                what=route.path,
                params=route.query({"municipality": CODE}),
                json=put(route.body()["json"], place, f"om {spelling}"[:40]),
                headers=route.headers(),
            )
            said = {(each["pointer"], each["code"]) for each in answer.json().get("errors", ())}
            at = [pointer for pointer, code in said if code == REFUSED and f"{place}/".startswith(f"{pointer}/")]
            # An object that was added on the path lacks its other fields.
            others = {code for _, code in said} - {REFUSED, "field.missing"}
            assert (answer.status_code, bool(at), others) == (422, True, set()), f"{route} {place}: {answer.text[:300]}"
        return len(places)

    async def _drafts(self, everybody: Visitor) -> None:
        """Send drafts of each kind with a spelling in each of their strings, with alternating spellings."""
        bodies = [draft(CODE)]
        for kind, address in (
            ("intervention_type", "/v1/intervention-types/C"),
            ("support_level", "/v1/support-levels/3T"),
            ("recommendation", "/v1/recommendations/5.1.1.a.text"),
        ):
            content = (await everybody.done("GET", "intervention_catalog", address))["content"]
            for variant in content.get("variants", ()):
                del variant["group_size"], variant["minimum_phases"]
            bodies.append({"kind": kind, "content": content})
        tried = 0
        for body in bodies:
            for place in leaves(body["content"], "/content"):
                spelling = self._spelt[tried % len(self._spelt)]
                tried += 1
                answer = await everybody.ask(
                    "POST", "intervention_catalog", "/v1/drafts", json=put(body, place, f"om {spelling}")
                )
                codes = {each["code"] for each in answer.json().get("errors", ())}
                assert answer.status_code == 422, f"{body['kind']} {place}: {answer.text[:300]}"
                assert REFUSED in codes or not place.endswith(("/da", "/en")), f"{body['kind']} {place}: {codes}"
        assert tried > 40

    async def _files(self, it: Visitor, service: str) -> None:
        """Send each spelling in each column of each kind of file: it is refused, with the name of the column."""
        kinds = await it.done("GET", service, "/v1/imports/kinds")
        assert {kind["name"] for kind in kinds if kind["parts"]} <= set(whole_files.FORMATS)
        for kind in (each for each in kinds if not each["parts"]):
            columns = [column["name"] for column in kind["columns"]]
            examples = [column["example"] for column in kind["columns"]]
            wrong = [name for name in columns if name not in OF_IDENTIFIERS for _ in self._spelt]
            rows = []
            for column, spelling in zip(wrong, self._spelt * len(wrong), strict=False):
                row = dict(zip(columns, examples, strict=True)) | {column: f"om {spelling}"}
                rows.append(";".join(row.values()))
            receipt = await send(it, service, kind["name"], CODE, "\n".join([";".join(columns), *rows, ""]))
            path, what = f"/v1/imports/{receipt['id']}/refused", "/v1/imports/{receipt_id}/refused"
            listed = await it.done("GET", service, path, what=what, params={"page_size": 100})
            by_row = {each["row"]: {error["column"] for error in each["errors"]} for each in listed["items"]}
            assert receipt["refused"] == len(rows) == len(by_row), (kind["name"], receipt)
            assert all(wrong[number - 1] in by_row[number] for number in by_row), (kind["name"], by_row)

    async def _roster(self, it: Visitor, roster: whole_files.Roster, invented: str) -> None:
        """Send a spelling in each text of a complete roster. About a class or a person, what is kept is refused with
        its place, and the rest is taken without being kept.
        """
        schools = [f"{number};Skolen {number};public" for number in whole_files.institutions(invented)]
        body = "\n".join(["institution_number;name;kind", *schools, ""])
        assert (await send(it, "registration", "schools", CODE, body))["accepted"] == len(schools)
        spelt, minutes = cycle(f"om {each}" for each in self._spelt), count(1)
        for place in filter(roster.alone, roster.places()):
            await self._sent(it, roster, {place: next(spelt)}, next(minutes))
        texts = {place: next(spelt) for place in filterfalse(roster.alone, roster.places())}
        for _ in range(8):
            receipt = await self._sent(it, roster, texts, next(minutes))
            assert receipt is not None, f"{roster.kind}: {list(texts)}"
            if receipt["refused"] == 0:
                break
            path, what = f"/v1/imports/{receipt['id']}/refused", "/v1/imports/{receipt_id}/refused"
            listed = await it.done("GET", "registration", path, what=what, params={"page_size": 200})
            columns = {error["column"] for each in listed["items"] for error in each["errors"]}
            named = {place for place in texts for column in columns if column and roster.is_named(place, column)}
            assert named, (roster.kind, columns, list(texts))
            texts = {place: text for place, text in texts.items() if place not in named}
        assert receipt is not None
        assert (receipt["state"], receipt["refused"]) == ("completed", 0), receipt
        assert receipt["accepted"] + receipt["unchanged"] > whole_files.PUPILS, receipt
        assert len(texts) > 10

    async def _sent(
        self, it: Visitor, roster: whole_files.Roster, texts: Mapping[str, str], minute: int
    ) -> dict[str, Any] | None:
        """The final receipt of the roster with these texts; None if it is refused as a whole."""
        headers = {"Idempotency-Key": uuid.uuid4().hex, "Content-Type": roster.media, "Prefer": "wait=30"}
        params = {"kind": roster.kind, "municipality": CODE}
        answer = await it.ask(
            "POST",
            "registration",
            "/v1/imports",
            params=params,
            headers=headers,
            content=roster.with_texts(texts, minute=minute),
        )
        assert answer.status_code < 500, answer.text
        if answer.is_client_error:
            return None
        return await finished(it, "registration", answer.json())

    async def _names(self, it: Visitor, team: Visitor, institution: str) -> None:
        """Send names in texts that stay in their service: of a school, a class, a project and a draft."""
        schools = f"institution_number;name;kind\n{institution};{self._school.name};public\n"
        classes = f"institution_number;school_year;name;grade;kind\n{institution};{YEAR};{self._class.name};3;special\n"
        for kind, body in (("schools", schools), ("classes", classes)):
            assert (await send(it, "registration", kind, CODE, body))["accepted"] == 1
        listed = await team.done("GET", "registration", "/v1/schools", params={"municipality": CODE})
        (school,) = [each for each in listed["items"] if each["institution_number"] == institution]
        supplier = {"uses_external_suppliers": True, "external_suppliers": [self._supplier.name]}
        project = document(f"Om {self._project.name}", [school["school_id"]], plan() | supplier)
        project["description"]["target_group"]["shared_need"] = f"Det gælder {self._project.name}"
        made = await team.done("POST", "registration", "/v1/projects", json=project)
        path, said = (
            f"/v1/projects/{made['project_id']}",
            {"reasons": [{"rule_id": "C-PLAN", "reason": f"Aftalt med {self._reason.name}"}]},
        )
        await team.done(
            "POST", "registration", f"{path}/submit", what="/v1/projects/{project_id}/submit", json=said, headers=ANY
        )
        what = "/v1/projects/{project_id}/approve"
        async with self._as("secretariat", subject="another") as secretariat:
            await secretariat.done("POST", "registration", f"{path}/approve", what=what, json=said, headers=ANY)
            written = await team.done(
                "POST", "intervention_catalog", "/v1/drafts", json=draft(CODE, f"Om {self._draft.name}")
            )
            path = f"/v1/drafts/{written['draft_id']}"
            await team.done("POST", "intervention_catalog", f"{path}/submit", headers=ANY)
            note = {"note": f"Fjern navnet {self._draft.name}"}
            await secretariat.done("POST", "intervention_catalog", f"{path}/return", json=note, headers=ANY)
            for reason in (self._reason.name, {"da": self._reason.name, "en": self._reason.name}):
                gone = {"kind": "trial_action", "id": "ishoj", "reason": reason}
                refused = await secretariat.ask("POST", "intervention_catalog", "/v1/withdrawals", json=gone)
                assert refused.status_code == 422
            gone = {"kind": "trial_action", "id": "ishoj", "reason": "unsuitable"}
            await secretariat.done("POST", "intervention_catalog", "/v1/withdrawals", json=gone)
