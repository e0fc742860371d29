"""Lists of projects and of the secretariat's guidance: filters, order, pages, CSV and who sees what."""

from typing import Any

from tests.factories.projects import document
from tests.factories.service import Callers
from tests.integration.services.registration.projects.desk import Desk, body, plan
from tests.integration.services.registration.service import Registration

GIVEN = {"municipality_code": "101", "given_on": "2022-05-12", "kind": "needs", "channel": "telephone"}


async def _ids(ready: Registration) -> dict[str, str]:
    rows = await ready.rows("SELECT institution_number, school_id FROM school", "101")
    return {row["institution_number"]: str(row["school_id"]) for row in rows}


async def _titles(callers: Callers, query: str, role: str = "resource_team", **more: Any) -> list[str]:
    codes = () if role == "secretariat" else ("101",)
    answer = await callers.ask("GET", f"/v1/projects?{query}", role, *codes, **more)
    assert answer.status_code == 200, answer.text
    return [each["title"] for each in answer.json()["items"]]


async def test_projects_are_filtered_sorted_paged_and_exported(callers: Callers, ready: Registration) -> None:
    north, south = sorted((await _ids(ready)).values())
    for title, schools, last_day in (
        ("B", [north], "2023-06-23"),
        ("A", [south], "2023-06-30"),
        ("C", [north, south], "2023-06-01"),
    ):
        desk = Desk(callers)
        await desk.create(document(title, schools, plan(last_day=last_day)))
        if title != "B":
            await desk.submit()
        if title == "A":
            await desk.approve()
    assert await _titles(callers, "") == ["A", "B", "C"]
    assert await _titles(callers, "sort=-title", role="secretariat") == ["C", "B", "A"]
    assert await _titles(callers, "status=submitted", role="secretariat") == ["C"]
    assert await _titles(callers, f"school_id={north}&sort=status") == ["B", "C"]
    assert await _titles(callers, "municipality=101&sort=-changed_at") == ["C", "A", "B"]
    assert await _titles(callers, "municipality=147", role="secretariat") == []
    assert (await callers.ask("GET", "/v1/projects?municipality=147", "resource_team", "101")).status_code == 404
    found, path = [], "/v1/projects?page_size=1&sort=start"
    while path:
        page = (await callers.ask("GET", path, "resource_team", "101")).json()
        found += [each["title"] for each in page["items"]]
        token = page["next_page_token"]
        path = f"/v1/projects?page_size=1&sort=start&page_token={token}" if token else ""
    assert sorted(found) == ["A", "B", "C"]
    csv = await callers.ask("GET", "/v1/projects", "resource_team", "101", headers={"Accept": "text/csv"})
    head, *rows = csv.text.lstrip("\ufeff").splitlines()
    assert head.split(";")[:4] == ["project_id", "municipality_code", "initiative_id", "title"]
    assert len(rows) == 3
    assert {row.split(";")[-5] for row in rows} == {"120000"}


async def test_a_school_sees_the_projects_in_which_it_takes_part(callers: Callers, ready: Registration) -> None:
    ids = await _ids(ready)
    for title, schools in (("Nord", ["910101"]), ("Syd", ["910102"]), ("Begge", ["910101", "910102"])):
        await Desk(callers).create(document(title, [ids[each] for each in schools], plan()))
    assert await _titles(callers, "", role="school", institutions=["910102"]) == ["Begge", "Syd"]
    assert await _titles(callers, "", role="school") == []


async def test_a_school_that_an_amendment_leaves_out_still_sees_the_project_in_force(
    callers: Callers, ready: Registration
) -> None:
    ids, desk = await _ids(ready), Desk(callers)
    north, south = ids["910101"], ids["910102"]
    await desk.approved(document("Begge", [north, south], plan()))
    await desk.ask("POST", "/amendments")
    await desk.change(document("Begge", [north], plan()))
    left_out: dict[str, Any] = {"role": "school", "institutions": ["910102"]}
    assert (await desk.read(**left_out)).status_code == 200
    assert await _titles(callers, "", **left_out) == ["Begge"]
    assert (await desk.change(document("Mit", [south], plan()), **left_out)).status_code == 404
    await desk.submit()
    await desk.approve()
    assert (await desk.read(**left_out)).status_code == 404
    assert await _titles(callers, "", **left_out) == []


async def test_guidance_is_logged_by_the_secretariat_and_read_by_the_municipality(
    callers: Callers, ready: Registration
) -> None:
    desk = Desk(callers)
    await desk.create(await body(ready))

    async def log(**more: Any) -> Any:
        return await callers.ask("POST", "/v1/guidance", "secretariat", json={**GIVEN, "text": "Om Zebrasen.", **more})

    made = await log(project_id=desk.project_id)
    assert (made.status_code, made.json()["text"]) == (201, "Om Zebrasen.")
    await log(kind="budget", given_on="2022-05-20")
    await log(municipality_code="147")
    for more, code, pointer in (
        ({"given_on": "2031-01-01"}, "guidance.in_future", "/given_on"),
        ({"municipality_code": "999"}, "municipality.not_found", "/municipality_code"),
        ({"municipality_code": "147", "project_id": desk.project_id}, "project.not_found", "/project_id"),
    ):
        refused = (await log(**more)).json()
        assert (refused["code"], refused["pointer"]) == (code, pointer)

    async def kinds(role: str, *codes: str, query: str = "", **more: Any) -> list[str]:
        answer = await callers.ask("GET", f"/v1/guidance?{query}", role, *codes, **more)
        return [each["kind"] for each in answer.json()["items"]]

    assert await kinds("secretariat") == ["budget", "needs", "needs"]
    assert await kinds("secretariat", query="municipality=147") == ["needs"]
    assert await kinds("resource_team", "101") == ["budget", "needs"]
    assert await kinds("resource_team", "101", institutions=["910101"]) == ["needs"], "about its own project"
    assert await kinds("resource_team", "101", institutions=["910102"]) == []
    own = await callers.ask("GET", made.headers["location"], "resource_team", "101")
    assert own.json() == made.json()
    assert (await callers.ask("GET", made.headers["location"], "resource_team", "147")).status_code == 404
    assert (await callers.ask("GET", "/v1/guidance", "school", "101")).status_code == 403
    rows = await ready.rows("SELECT guidance::text AS whole FROM guidance", "101")
    assert not [row for row in rows if "Zebrasen" in row["whole"]]
