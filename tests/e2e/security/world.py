"""Two municipalities with objects of every kind, created over HTTP as their users would do it.

The requests are raw and not those of ``libs.shared.client``: a ``Visitor`` keeps every answer as it came, to be
searched for what the other municipality may not see, and its tokens are forged.
"""

import asyncio
import uuid
from dataclasses import dataclass
from typing import Any

import httpx

from libs.shared.client.imports.models import FINAL
from tests.e2e.security.initiative import initiative_of
from tests.e2e.security.platform import Running, Visitor
from tests.e2e.security.tenant import DECIDED_ON, FIRST_DAY, YEAR, Tenant, odd_rows, roster_files, same_ids
from tests.e2e.security.tokens import Forger
from tests.factories.projects import ANY, document


@dataclass
class World:
    """Two tenants and a delivery."""

    own: Tenant
    other: Tenant
    delivery_id: str
    bundle: bytes
    initiative_id: str
    """One in which both take part."""


async def send(
    visitor: Visitor, service: str, kind: str, code: str, body: str | bytes, *, media: str = "text/csv", **more: Any
) -> dict[str, Any]:
    """Send a file and wait for its final receipt."""
    headers = {"Idempotency-Key": uuid.uuid4().hex, "Content-Type": media, "Prefer": "wait=30"}
    headers |= more.pop("headers", {})
    content = body.encode() if isinstance(body, str) else body
    params = {"kind": kind, "municipality": code, **more}
    receipt: dict[str, Any] = await visitor.done(
        "POST", service, "/v1/imports", params=params, headers=headers, content=content
    )
    return await finished(visitor, service, receipt)


async def finished(visitor: Visitor, service: str, receipt: dict[str, Any]) -> dict[str, Any]:
    """Wait for the final state of a receipt."""
    async with asyncio.timeout(60):
        while receipt["state"] not in FINAL:
            await asyncio.sleep(0.1)
            receipt = await visitor.done(
                "GET", service, f"/v1/imports/{receipt['id']}", what="/v1/imports/{receipt_id}"
            )
    return receipt


def plan() -> dict[str, Any]:
    """A plan that keeps the rules."""
    effort: dict[str, Any] = {"variant": "C", "group_size": 3, "weekly_amount": "4", "unit": "sessions", "weeks": 12}
    effort |= {"replaces_ordinary_teaching": False, "collides_with_ordinary_teaching": False}
    fields = (
        "anchoring",
        "communication",
        "daily_responsibility",
        "substitutes",
        "rooms",
        "staff_and_parents_informed",
    )
    return {
        "scope": "project",
        "start": FIRST_DAY,
        "last_day": "2023-06-30",
        "efforts": [effort | {"minutes_per_session": 30}],
        **dict.fromkeys(fields, True),
    }


def draft(code: str, title: str = "Rolig start") -> dict[str, Any]:
    """The body of a draft: a trial action of the municipality."""
    text = {"da": "En tekst.", "en": "A text."}
    names = ("target", "done", "next_steps", "status_reason")
    content = {
        "municipality": {"code": code, "name": f"By {code}"},
        "schools": [],
        "title": {"da": title, "en": title},
        "themes": ["absence"],
        "stages": ["lower"],
        "experienced": {},
        "expected": {},
        "learned": None,
        "status": "running",
        **dict.fromkeys(names, text),
    }
    return {"kind": "trial_action", "content": content}


async def _roster(running: Running, it: Visitor, tenant: Tenant) -> None:
    for kind, body in roster_files(tenant).items():
        receipt = await send(it, "registration", kind, tenant.code, body)
        assert receipt["refused"] == 0, (kind, receipt)
    test = "national_test;reading;4;2022-03-15;god"
    body = f"cpr_number;indicator;subject;grade;date;value\n{tenant.cpr(12)};{test}\n6113120008;{test}"
    receipt = await send(it, "registration", "indicators", tenant.code, body)
    assert (receipt["parked"], receipt["refused"]) == (1, 1), receipt
    tenant.receipts["registration"] = [receipt["id"]]
    await running.settled()


async def _cases(it: Visitor, team: Visitor, tenant: Tenant) -> None:
    receipt = await send(it, "registration", "pupils", tenant.code, same_ids(tenant))
    assert receipt["parked"] == 2, receipt
    listed = await team.done("GET", "registration", "/v1/identity-cases", params={"municipality": tenant.code})
    by_school = {each["institution_number"]: each["case_id"] for each in listed["items"]}
    tenant.cases = [by_school[number] for number in tenant.institutions]


async def _names(it: Visitor, team: Visitor, tenant: Tenant) -> None:
    """A protected name and identifiers that contradict each other at each school, and its rules for classes."""
    receipt = await send(it, "registration", "pupils", tenant.code, odd_rows(tenant))
    assert receipt["refused_by_code"] == {"pupil.identifiers_conflict": 2}, receipt
    asked = {"municipality": tenant.code}
    listed = await team.done("GET", "registration", "/v1/pupil-conflicts", params=asked)
    by_school = {each["institution_number"]: each["conflict_id"] for each in listed["items"]}
    tenant.conflicts = [by_school[number] for number in tenant.institutions]
    for place, number in enumerate(tenant.institutions):
        words = f"Opslag {tenant.code}-{place}"
        tenant.secrets.append(words)
        made = await team.done(
            "POST",
            "registration",
            f"/v1/pupils/{tenant.pupils[place][4]}/name-disclosures",
            what="a disclosure",
            json={"purpose": "parents", "reason": words, "days": 1},
            headers={"Idempotency-Key": uuid.uuid4().hex},
        )
        tenant.disclosures.append(made["disclosure_id"])
        rules = {"rules": [{"kind": "special", "name": "*S"}]}
        path = f"/v1/class-kind-rules/{number}"
        headers = {"If-None-Match": "*"}
        await it.done("PUT", "registration", path, what="rules", params=asked, json=rules, headers=headers)


async def _absence(it: Visitor, tenant: Tenant) -> None:
    body = "institution_number;month\n" + "\n".join(
        f"{number};2022-{month:02d}" for number in tenant.institutions for month in (9, 10, 11)
    )
    await send(it, "absence_ingest", "completeness", tenant.code, body)
    rows = [f"{tenant.cpr(count)};2022-09-{day:02d};illness;1" for count in range(10) for day in (5, 6, 7)]
    body = "pupil;date;category;days\n" + "\n".join(
        [*rows, f"{tenant.cpr(12)};2022-09-05;illness;1", "6113120008;2022-09-05;illness;1"]
    )
    receipt = await send(it, "absence_ingest", "absence", tenant.code, body)
    assert (receipt["accepted"], receipt["parked"], receipt["refused"]) == (30, 1, 1), receipt
    tenant.receipts["absence_ingest"] = [receipt["id"]]


async def _of_a_school(running: Running, forger: Forger, tenant: Tenant, place: int) -> None:
    """Create what a school's own users and integration create: receipts with a refused row, and a draft."""
    number, theirs = tenant.institutions[place], [tenant.institutions[place]]
    own, other = tenant.cpr(place * 5), tenant.cpr((1 - place) * 5)
    token = forger.valid(["municipality_integration"], [tenant.code], theirs)
    async with running.visitor(token) as it, running.visitor(forger.valid(["school"], [tenant.code], theirs)) as school:
        test = "national_test;reading;4;2022-09-15;god"
        body = f"cpr_number;indicator;subject;grade;date;value\n{own};{test}\n{other};{test}"
        receipt = await send(it, "registration", "indicators", tenant.code, body)
        assert receipt["refused_by_code"] == {"pupil.outside_scope": 1}, receipt
        tenant.receipts["registration"].insert(place, receipt["id"])
        body = f"pupil;date;category;days\n{own};2022-09-08;illness;1\n{other};2022-09-08;illness;1"
        receipt = await send(it, "absence_ingest", "absence", tenant.code, body)
        assert receipt["refused_by_code"] == {"pupil.outside_scope": 1}, receipt
        tenant.receipts["absence_ingest"].insert(place, receipt["id"])
        title = f"Skolekladde {number}"
        tenant.secrets.append(title)
        made = await school.done("POST", "intervention_catalog", "/v1/drafts", json=draft(tenant.code, title))
        tenant.school_drafts.append(made["draft_id"])


async def _work(team: Visitor, secretariat: Visitor, tenant: Tenant, place: int, initiative_id: str) -> None:
    school, pupils = tenant.schools[place], tenant.pupils[place]
    texts = {"reason": f"Begrundelse {tenant.code}-{place}", "parents_dialogue": f"Samtale {tenant.code}-{place}"}
    decision = {
        "school_id": school,
        "kind": "pupil",
        "pupil_ids": pupils[:1],
        "decided_on": DECIDED_ON,
        "socially_vulnerable": True,
        "behind": ["academically"],
        **texts,
    }
    title = f"Projekt {tenant.code}-{place}"
    tenant.secrets += [*texts.values(), title]
    made = await team.done("POST", "registration", "/v1/selections", json=decision)
    tenant.selections.append(made["selection_id"])
    listed = {"school_id": school, "as_of": DECIDED_ON, "everyone": True}
    made = await team.done("POST", "registration", "/v1/kept-gross-lists", json=listed)
    tenant.kept_lists.append(made["kept_list_id"])
    answer = f"Svar {tenant.code}-{place}"
    tenant.secrets.append(answer)
    asked = {"school_id": school, "pupil_ids": pupils[:1], "as_of": DECIDED_ON}
    asked |= {"answers": [{"question": "Q1", "text": answer}]}
    made = await team.done("POST", "registration", "/v1/assessments", json=asked)
    tenant.assessments.append(made["assessment_id"])
    project = document(title, [school], plan(), initiative_id=initiative_id)
    made = await team.done("POST", "registration", "/v1/projects", json=project)
    project_id = made["project_id"]
    tenant.projects.append(project_id)
    await team.done("POST", "registration", f"/v1/projects/{project_id}/submit", json={}, headers=ANY)
    await secretariat.done("POST", "registration", f"/v1/projects/{project_id}/approve", json={}, headers=ANY)
    part = {"school_id": school, "amount": 1000, "given_on": DECIDED_ON}
    passed_on = f"/v1/initiatives/{initiative_id}/municipalities/{tenant.code}/passed-on"
    headers = {"Idempotency-Key": uuid.uuid4().hex}
    made = await team.done("POST", "registration", passed_on, what="passed on", json=part, headers=headers)
    tenant.entries.append(made["entry_id"])
    guidance = {"municipality_code": tenant.code, "given_on": DECIDED_ON, "kind": "needs", "channel": "mail"}
    guidance |= {"project_id": project_id}
    words = f"Vejledning {tenant.code}-{place}"
    tenant.secrets.append(words)
    given = await secretariat.done("POST", "registration", "/v1/guidance", json=guidance | {"text": words})
    tenant.guidance.append(given["guidance_id"])
    course = {
        "project_id": project_id,
        "school_id": school,
        "variant": "C",
        "start": "2022-09-01",
        "last_day": "2022-11-30",
        "pupil_ids": pupils[:3],
    }
    made = await team.done(
        "POST", "registration", "/v1/courses", json=course, headers={"Idempotency-Key": uuid.uuid4().hex}
    )
    tenant.courses.append(made["course_id"])
    tenant.course_codes.append(made["code"])
    tenant.enrolments.append(next(each["enrolment_id"] for each in made["enrolments"] if each["pupil_id"] == pupils[0]))
    held = {"sessions": [{"held_on": "2022-09-05", "starts_at": "08:15", "minutes": 30}]}
    await team.done("POST", "registration", f"/v1/courses/{made['course_id']}/sessions", json=held)


async def _tenant(running: Running, forger: Forger, tenant: Tenant, initiative_id: str) -> None:
    async with (
        running.visitor(forger.valid(["municipality_integration"], [tenant.code])) as it,
        running.visitor(forger.valid(["resource_team"], [tenant.code])) as team,
        running.visitor(forger.valid(["secretariat"], [])) as secretariat,
    ):
        await _roster(running, it, tenant)
        await _absence(it, tenant)
        listed = await team.done("GET", "registration", "/v1/schools", params={"municipality": tenant.code})
        tenant.schools = [each["school_id"] for each in listed["items"]]
        await _cases(it, team, tenant)
        for place, school in enumerate(tenant.schools):
            year = {"school_year": YEAR}
            listed = await team.done("GET", "registration", f"/v1/schools/{school}/classes", params=year)
            tenant.classes += [each["class_id"] for each in listed["items"]]
            wanted = [tenant.local_id(place * 5 + seat) for seat in range(5)]
            asked: dict[str, Any] = {"municipality_code": tenant.code, "local_ids": wanted}
            found = await team.done("POST", "registration", "/v1/pupils/look-ups", json=asked)
            by_id = {each["local_id"]: each["pupil_id"] for each in found["items"]}
            tenant.pupils.append([by_id[each] for each in wanted])
            await _work(team, secretariat, tenant, place, initiative_id)
            await _of_a_school(running, forger, tenant, place)
        await _names(it, team, tenant)
        title = f"Kladde {tenant.code}"
        tenant.secrets.append(title)
        for _ in range(2):
            made = await team.done("POST", "intervention_catalog", "/v1/drafts", json=draft(tenant.code, title))
            tenant.drafts.append(made["draft_id"])


async def ordered(evaluator: Visitor) -> tuple[str, httpx.Response]:
    """Order a delivery and wait for it; returns its id and the answer with its bundle."""
    order = {"product": "aggregate", "school_year": YEAR}
    delivery = await evaluator.done("POST", "evaluation_export", "/v1/deliveries", json=order)
    async with asyncio.timeout(90):
        while delivery["status"] == "requested":
            await asyncio.sleep(0.2)
            delivery = await evaluator.done("GET", "evaluation_export", f"/v1/deliveries/{delivery['id']}")
    assert delivery["status"] == "ready", delivery
    path = f"/v1/deliveries/{delivery['id']}/bundle"
    return delivery["id"], await evaluator.ask("GET", "evaluation_export", path)


async def made_world(running: Running, forger: Forger) -> World:
    """Create both municipalities and a delivery about them."""
    own, other = Tenant("101", ("910101", "910102")), Tenant("147", ("914701", "914702"))
    await running.settled()
    initiative_id = await initiative_of(running, forger, own, other)
    await running.settled()
    for tenant in (own, other):
        await _tenant(running, forger, tenant, initiative_id)
    await running.settled()
    async with running.visitor(forger.valid(["evaluator"], [])) as evaluator:
        delivery_id, bundle = await ordered(evaluator)
        assert bundle.status_code == 200
    return World(own, other, delivery_id, bundle.content, initiative_id)
