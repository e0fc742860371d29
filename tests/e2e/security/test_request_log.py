"""The request log of a running platform shows who did what, when, and on which object, but contains no name."""

import json
import os
import subprocess
import sys
from typing import Any

import pytest

from libs.shared.privacy.keys import KeyRing
from libs.shared.privacy.subjects import SubjectKeys
from tests.e2e.security.platform import Running
from tests.e2e.security.tenant import YEAR
from tests.e2e.security.tokens import Forger
from tests.e2e.security.world import World, plan, send
from tests.factories.projects import ANY, document

SUBS = {role: f"{role}.zebrasen@prøvekøbing.example" for role in ("school", "team", "it", "secretariat", "evaluator")}


class Log:
    """The services' log, and how an operator finds a known person in it."""

    def __init__(self, running: Running) -> None:
        environment = running.deployment.environment
        assert environment is not None
        self._told = environment.of("registration")
        folder = running.deployment.home / "logs"
        paths = sorted(folder.rglob("*.log"))
        self.text = "\n".join(path.read_text(encoding="utf-8", errors="replace") for path in paths)
        lines = [json.loads(line) for line in self.text.splitlines() if '"http.request"' in line]
        self.requests = sorted(lines, key=lambda line: str(line["timestamp"]))

    def key_of(self, sub: str) -> str:
        """The keyed form of ``sub``, by the key ring of the installation."""
        return SubjectKeys(KeyRing.parse(self._told["SKOLELOEFT_REQUEST_KEYS"])).subject_key(sub)

    def key_told_to_an_operator(self, sub: str) -> str:
        """The keyed form of ``sub``, by the documented command."""
        command = [sys.executable, "-m", "services.registration", "subject-key", "-"]
        told = os.environ | {"SKOLELOEFT_REQUEST_KEYS": self._told["SKOLELOEFT_REQUEST_KEYS"]}
        done = subprocess.run(command, input=sub + "\n", env=told, capture_output=True, text=True, check=True)
        return done.stdout.splitlines()[0]

    def of(self, sub: str) -> list[dict[str, Any]]:
        """The requests of one person, in order."""
        key = self.key_of(sub)
        return [line for line in self.requests if line["subject"] == key]


def deeds(lines: list[dict[str, Any]]) -> list[tuple[str, str, int, dict[str, Any]]]:
    return [(line["method"], line["route"], line["status"], line["objects"]) for line in lines]


@pytest.mark.slow
async def test_the_log_answers_who_did_what_on_which_object(platform: Running, forger: Forger, world: World) -> None:
    own, other = world.own, world.other

    def as_(who: str, roles: list[str], codes: list[str], institutions: list[str] | None = None) -> Any:
        claims = forger.claims(roles, codes, institutions or []) | {"sub": SUBS[who]}
        return platform.visitor(forger.signed(claims))

    institution, school = own.institutions[0], own.schools[0]
    async with (
        as_("school", ["school"], [own.code], [institution]) as at_school,
        as_("team", ["resource_team"], [own.code]) as team,
        as_("it", ["municipality_integration"], [own.code]) as it,
        as_("secretariat", ["secretariat"], []) as secretariat,
        as_("evaluator", ["evaluator"], []) as evaluator,
    ):
        gross_list = "/v1/schools/{}/gross-list"
        await at_school.done("GET", "registration", gross_list.format(school))
        assert (await at_school.ask("GET", "registration", gross_list.format(other.schools[0]))).status_code == 404
        assert (
            await at_school.ask("PUT", "registration", f"/v1/municipalities/{own.code}", json={})
        ).status_code == 403
        found = await look_up(at_school, own.code, own.local_id(0))

        receipt = await send(it, "absence_ingest", "absence", own.code, "pupil;date;category;days\n6113120008;x;y;z")
        await it.ask("GET", "absence_ingest", f"/v1/imports/{receipt['id']}/refused.csv")

        project = document("Et projekt i loggen", [school], plan())
        made = await team.done("POST", "registration", "/v1/projects", json=project)
        await team.done("POST", "registration", f"/v1/projects/{made['project_id']}/submit", json={}, headers=ANY)
        await secretariat.done(
            "POST", "registration", f"/v1/projects/{made['project_id']}/approve", json={}, headers=ANY
        )
        order = {"product": "aggregate", "school_year": YEAR}
        delivery = (await evaluator.done("POST", "evaluation_export", "/v1/deliveries", json=order))["id"]
        path = f"/v1/deliveries/{world.delivery_id}/bundle"
        assert (await evaluator.ask("GET", "evaluation_export", path)).status_code == 200

    log = Log(platform)
    by_school = log.of(SUBS["school"])
    assert deeds(by_school)[:3] == [
        ("GET", "/v1/schools/{school_id}/gross-list", 200, {"school_id": school, "pupil_ids": []}),
        ("GET", "/v1/schools/{school_id}/gross-list", 404, {"school_id": other.schools[0]}),
        ("PUT", "/v1/municipalities/{municipality_code}", 403, {"municipality_code": own.code}),
    ]
    assert by_school[3]["status"] == 200
    assert by_school[3]["objects"]["pupil_ids"] == [found]
    for line in by_school:
        assert (line["roles"], line["municipality_codes"]) == (["school"], [own.code])
        assert line["institution_numbers"] == [institution]
    assert [line["code"] for line in by_school] == [None, "school.not_found", "forbidden", None]

    by_it = deeds(log.of(SUBS["it"]))
    assert by_it[0] == ("POST", "/v1/imports", by_it[0][2], {"municipality": own.code, "created": receipt["id"]})
    assert by_it[-1] == ("GET", "/v1/imports/{receipt_id}/refused.csv", 200, {"receipt_id": receipt["id"]})

    project_id = made["project_id"]
    assert deeds(log.of(SUBS["team"])) == [
        ("POST", "/v1/projects", 201, {"created": project_id}),
        ("POST", "/v1/projects/{project_id}/submit", 200, {"project_id": project_id}),
    ]
    assert deeds(log.of(SUBS["secretariat"])) == [
        ("POST", "/v1/projects/{project_id}/approve", 200, {"project_id": project_id}),
    ]
    assert deeds(log.of(SUBS["evaluator"])) == [
        ("POST", "/v1/deliveries", 202, {"created": delivery}),
        ("GET", "/v1/deliveries/{delivery_id}/bundle", 200, {"delivery_id": world.delivery_id}),
    ]
    assert log.key_of(SUBS["school"]) == log.key_told_to_an_operator(SUBS["school"])
    assert log.of("nobody") == []

    named = [*SUBS.values(), "zebrasen", *(own.local_id(count) for count in range(10)), *map(own.cpr, range(10))]
    assert [each for each in named if each in log.text] == []


async def look_up(visitor: Any, code: str, local_id: str) -> str:
    """The platform's id of a pupil, by its local id in the source system."""
    asked = {"municipality_code": code, "local_ids": [local_id]}
    found = await visitor.done("POST", "registration", "/v1/pupils/look-ups", json=asked)
    return str(found["items"][0]["pupil_id"])
