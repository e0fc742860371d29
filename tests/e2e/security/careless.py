"""Sends canaries in texts and requests of people: reasons, ids, addresses, queries and headers."""

import json
import uuid
from collections.abc import Sequence
from typing import Any

from tests.e2e.security.canaries import Canary
from tests.e2e.security.platform import Running, Visitor
from tests.e2e.security.tenant import DECIDED_ON
from tests.e2e.security.tokens import Forger
from tests.e2e.security.world import draft, plan
from tests.factories.projects import ANY, document

CODE = "101"
OPEN_TEXT = {"reason", "parents_dialogue", "title"}
"""Free text: the reasons are encrypted; a project's title is the school's to word, and no place for a pupil's name.
What numbers in them come to is shown by ``wording``.
"""


class Talk:
    """A school and others, who write identifiers of pupils where this is allowed and where it is not."""

    def __init__(
        self,
        running: Running,
        forger: Forger,
        *,
        known: Sequence[Canary],
        unknown: Sequence[Canary],
        asked: Sequence[Canary],
    ) -> None:
        self._running = running
        self._forger = forger
        self._known = known
        self._unknown = unknown
        self._asked = asked

    def _as(self, role: str) -> Visitor:
        return self._running.visitor(self._forger.valid([role], [CODE]))

    async def work(self, team: Visitor) -> None:
        """Do the work of a school and its resource team, with names in free texts and errors in all other fields."""
        who = self._known[0]
        listed = await team.done("GET", "registration", "/v1/schools", params={"municipality": CODE})
        school = listed["items"][0]["school_id"]
        found = await team.done(
            "POST",
            "registration",
            "/v1/pupils/look-ups",
            json={
                "municipality_code": CODE,
                "local_ids": [each.local_id for each in (*self._known[:4], *self._unknown)],
            },
        )
        pupils = [each["pupil_id"] for each in found["items"]]
        assert len(pupils) == 4
        what = "/v1/schools/{school_id}/gross-list"
        path = f"/v1/schools/{school}/gross-list"
        names = await team.done("GET", "registration", path, what=what, params={"as_of": DECIDED_ON})
        assert who.name in json.dumps(names, ensure_ascii=False)
        listed = await team.done("GET", "registration", "/v1/identity-cases", params={"municipality": CODE})
        (case,) = listed["items"]
        assert case["known_name"] == self._known[3].name
        path = f"/v1/identity-cases/{case['case_id']}/decision"
        await team.done("POST", "registration", path, json={"decision": "another_pupil"})
        decision = {
            "school_id": school,
            "kind": "group",
            "pupil_ids": pupils[:3],
            "decided_on": DECIDED_ON,
            "socially_vulnerable": True,
            "behind": ["wellbeing"],
            "reason": f"{who.name} og {self._known[1].name} er ofte væk.",
            "parents_dialogue": f"Talt med forældrene til {who.name}, login {who.uni_login}, {who.local_id}.",
        }
        made = await team.done("POST", "registration", "/v1/selections", json=decision)
        path = f"/v1/selections/{made['selection_id']}"
        await team.done("GET", "registration", path, what="/v1/selections/{selection_id}")
        project = document("Et projekt", [school], plan())
        made = await team.done("POST", "registration", "/v1/projects", json=project)
        path = f"/v1/projects/{made['project_id']}"
        await team.done("POST", "registration", f"{path}/submit", json={}, headers=ANY)
        async with self._as("secretariat") as secretariat:
            await secretariat.done("POST", "registration", f"{path}/approve", json={}, headers=ANY)
        course = {"project_id": made["project_id"], "school_id": school, "variant": "C", "pupil_ids": pupils[:3]}
        course |= {"start": "2022-09-01", "last_day": "2022-11-30"}
        made = await team.done(
            "POST", "registration", "/v1/courses", json=course, headers={"Idempotency-Key": uuid.uuid4().hex}
        )
        path = f"/v1/courses/{made['course_id']}"
        held = {"sessions": [{"held_on": "2022-09-05", "starts_at": "08:15", "minutes": 30}]}
        await team.done("POST", "registration", f"{path}/sessions", json=held)
        await team.done("GET", "registration", f"{path}/dosage", params={"as_of": "2022-10-01"})
        for body in (decision, project, course, held):
            await self._careless(team, body)
        await self._careless_drafts(team)

    async def _careless(self, team: Visitor, body: dict[str, Any]) -> None:
        """Send the body with identifiers in place of ids, dates and words to every address that takes a body."""
        who = self._asked[0]
        values: list[Any] = [
            who.cpr_number,
            who.name,
            [who.uni_login],
            {who.cpr_number: who.local_id},
            int(who.cpr_number),
        ]
        tries: list[Any] = [body | {name: value} for name in body for value in values if name not in OPEN_TEXT]
        tries += [body | {who.cpr_number: 1, who.family_name: who.name}, [who.cpr_number], who.name]
        for path in ("selections", "projects", "courses", f"projects/{who.cpr_number}/submit", "courses/x/sessions"):
            for each in tries:
                await team.ask("POST", "registration", f"/v1/{path}", what=f"a careless {path[:8]}", json=each)
            broken = f'{{"reason": "{who.name} {who.cpr_number}'.encode()
            headers = {"Content-Type": "application/json"}
            await team.ask("POST", "registration", f"/v1/{path}", what="broken JSON", content=broken, headers=headers)

    async def _careless_drafts(self, team: Visitor) -> None:
        """Send drafts with a CPR number in each field: they are refused, because everybody can read the catalog.

        The platform does not search drafts for names: the guide leaves this to the review.
        """
        who = self._asked[0]
        good = draft(CODE)
        number = {"da": f"Se {who.cpr_number}", "en": f"See {who.hyphenated}"}
        for name in (*good["content"], who.cpr_number):
            for value in (number, who.cpr_number, [who.cpr_number], {who.uni_login: who.name}):
                body = good | {"content": good["content"] | {name: value}}
                answer = await team.ask(
                    "POST", "intervention_catalog", "/v1/drafts", what="a careless draft", json=body
                )
                assert answer.status_code == 422, answer.text

    async def questions(self, it: Visitor, team: Visitor) -> None:
        """Send identifiers in addresses, queries and headers."""
        for who in self._asked:
            for value in who.values().values():
                await self._asked_about(it, team, value)
        who = self._asked[0]
        headers = {
            "X-Correlation-Id": who.cpr_number,
            "traceparent": f"00-{who.cpr_number}",
            "tracestate": f"cpr={who.cpr_number}",
            "baggage": f"cpr={who.cpr_number}",
            "User-Agent": f"client of {who.uni_login}",
            "Referer": f"https://school.example/{who.cpr_number}",
            "Cookie": f"pupil={who.local_id}",
            "X-Forwarded-For": who.cpr_number,
            "Accept-Language": who.uni_login,
            "If-None-Match": who.local_id,
        }
        for service, path in (("registration", "/v1/schools"), ("intervention_catalog", "/v1/rule-sets")):
            await team.ask("GET", service, path, params={"municipality": CODE}, headers=headers)
        for name in (who.cpr_number, who.hyphenated):
            await team.ask("GET", "registration", "/v1/schools", headers={"X-Correlation-Id": f"pupil-{name}"})
        async with self._running.visitor(who.cpr_number) as nobody:
            await nobody.ask("GET", "registration", "/v1/schools", params={"municipality": CODE})

    async def _asked_about(self, it: Visitor, team: Visitor, value: str) -> None:
        async with self._as("evaluator") as evaluator, self._as("secretariat") as secretariat:
            asked = [
                (team, "GET", "registration", f"/v1/schools/{value}/classes"),
                (team, "GET", "registration", f"/v1/selections/{value}"),
                (team, "GET", "registration", f"/v1/projects/{value}"),
                (team, "GET", "registration", f"/v1/courses/{value}/dosage"),
                (team, "GET", "registration", f"/v1/pupils/{value}"),
                (team, value.encode("ascii", "replace").decode().split()[0], "registration", "/v1/schools"),
                (it, "GET", "registration", f"/v1/imports/{value}"),
                (it, "GET", "absence_ingest", f"/v1/imports/{value}/refused"),
                (it, "GET", "absence_ingest", f"/v1/imports/kinds/{value}/guide"),
                (it, "GET", "intervention_catalog", f"/v1/intervention-types/{value}"),
                (it, "GET", "intervention_catalog", f"/v1/trial-actions/{value}/versions"),
                (it, "GET", "intervention_catalog", f"/v1/rule-set-schemas/{value}"),
                (it, "GET", "intervention_catalog", f"/v1/drafts/{value}"),
                (it, "GET", "intervention_catalog", f"/v1/rule-sets/{value}"),
                (secretariat, "PUT", "registration", f"/v1/municipalities/{value}"),
                (evaluator, "GET", "evaluation_export", f"/v1/deliveries/{value}"),
                (evaluator, "GET", "evaluation_export", f"/v1/deliveries/{uuid.uuid4()}/files/{value}"),
            ]
            for visitor, method, service, path in asked:
                await visitor.ask(method, service, path, what="about somebody")
            for name in ("municipality", "local_id", "page_token", "page_size", "as_of", "cpr"):
                params = {"municipality": CODE, "local_id": "x"} | {name: value}
                body = {"municipality_code": CODE, "local_ids": ["x"], name: value}
                await team.ask("POST", "registration", "/v1/pupils/look-ups", what="a look-up", json=body)
                await team.ask("GET", "registration", "/v1/schools", what="a query", params=params)
            for name in ("q", "theme", "municipality", "page_token"):
                await it.ask("GET", "intervention_catalog", "/v1/search", what="a search", params={name: value})
            await it.ask("GET", "intervention_catalog", "/v1/changes", what="the feed", params={"since": value})
            effort = {"variant": value, "grades": [value]}
            sent = {"start": value, "efforts": [effort], "external_suppliers": [value], value: value}
            for body in (sent, {"start": "2023-08-14", "efforts": [effort]}):
                await it.ask("POST", "intervention_catalog", "/v1/checks", what="a plan", json=body)
            for reason in ({"da": value, "en": value}, value, "on_request"):
                gone = {"kind": "trial_action", "id": value, "reason": reason}
                await it.ask("POST", "intervention_catalog", "/v1/withdrawals", what="a withdrawal", json=gone)
            pupil = {
                "municipality_code": CODE,
                "cpr_number": value,
                "uni_login": value,
                "local_id": value,
                "name": value,
            }
            pupil |= {"institution_number": value, "school_year": value, "class_name": value, "valid_from": value}
            placed = pupil | {"institution_number": "999999", "school_year": "2022/2023", "valid_from": "2022-08-01"}
            for body in (pupil, placed, {value: value}):
                headers = {"Idempotency-Key": value if body is pupil and value.isascii() else uuid.uuid4().hex}
                await it.ask("POST", "registration", "/v1/pupils", what="a row", json=body, headers=headers)
            for name in ("municipality", "kinds", "since", "page_size"):
                params = {"municipality": CODE} | {name: value}
                await it.ask("GET", "registration", "/v1/roster-changes", what="the roster's feed", params=params)
            order = {"product": value, "school_year": value}
            await evaluator.ask("POST", "evaluation_export", "/v1/deliveries", what="an order", json=order)
