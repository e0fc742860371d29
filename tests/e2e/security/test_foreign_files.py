"""A file changes no data of another municipality, and its receipt reveals none."""

from typing import Any

from tests.e2e.security.platform import Running
from tests.e2e.security.tenant import YEAR
from tests.e2e.security.tokens import Forger
from tests.e2e.security.world import World, send


async def test_a_file_about_another_municipality_s_school_changes_nothing_there_and_tells_nothing(
    platform: Running, world: World, forger: Forger
) -> None:
    own, other = world.own, world.other
    header = "cpr_number;uni_login;local_id;name;institution_number;school_year;class_name;valid_from;valid_to"
    rest = f"{YEAR};5A;2022-08-01;2023-08-01"
    async with (
        platform.visitor(forger.valid(["municipality_integration"], [own.code])) as it,
        platform.visitor(forger.valid(["municipality_integration"], [other.code])) as they,
    ):
        before = await they.done("GET", "registration", "/v1/schools", params={"municipality": other.code})
        codes: dict[str, list[Any]] = {}
        for number in (other.institutions[0], "999999"):
            files = {
                "classes": f"institution_number;school_year;name;grade;kind\n{number};{YEAR};9X;9;ordinary",
                "calendars": f"institution_number;date\n{number};2022-09-12",
                "pupils": f"{header}\n6112121990;;;Prøve Elev;{number};{rest}",
            }
            for kind, body in files.items():
                receipt = await send(it, "registration", kind, own.code, body)
                codes.setdefault(kind, []).append(receipt["refused_by_code"])
            body = f"institution_number;month\n{number};2022-12"
            receipt = await send(it, "absence_ingest", "completeness", own.code, body)
            codes.setdefault("completeness", []).append(receipt["refused_by_code"])
        for kind, (there, nowhere) in codes.items():
            assert there == nowhere == {"institution_number.unknown": 1}, kind
        body = f"institution_number;name;kind\n{other.institutions[0]};Overtaget;public"
        receipt = await send(it, "registration", "schools", own.code, body)
        assert receipt["accepted"] == 0
        after = await they.done("GET", "registration", "/v1/schools", params={"municipality": other.code})
        assert after == before


async def test_nobody_learns_from_a_file_that_another_municipality_knows_the_child(
    platform: Running, world: World, forger: Forger
) -> None:
    own, other = world.own, world.other
    header = "cpr_number;uni_login;local_id;name;institution_number;school_year;class_name;valid_from;valid_to"
    rest = f"{own.institutions[0]};{YEAR};5A;2023-01-02;2023-08-01"
    async with platform.visitor(forger.valid(["municipality_integration"], [own.code])) as it:
        receipts = []
        for cpr_number, uni_login in ((other.cpr(0), "uni14700"), ("6412120007", "unibody00")):
            body = f"{header}\n{cpr_number};{uni_login};;Prøve Flytter;{rest}"
            receipt = await send(it, "registration", "pupils", own.code, body)
            counts = ("rows", "accepted", "unchanged", "parked", "refused", "refused_by_code")
            receipts.append({name: receipt[name] for name in counts})
        assert receipts[0] == receipts[1]
        assert receipts[0]["accepted"] == 1
        receipts = []
        for cpr_number in (other.cpr(1), "6412120015"):
            body = f"pupil;date;category;days\n{cpr_number};2022-09-05;illness;1"
            receipt = await send(it, "absence_ingest", "absence", own.code, body)
            receipts.append({name: receipt[name] for name in counts})
        assert receipts[0] == receipts[1]
        assert receipts[0]["parked"] == 1
