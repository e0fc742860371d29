"""Sends canaries in files of every kind: accepted, refused, parked, misplaced, and in unreadable files."""

import gzip
import json
import uuid
from collections.abc import Sequence
from typing import Any
from uuid import uuid4

from tests.e2e.security.canaries import Canary
from tests.e2e.security.careless import CODE, Talk
from tests.e2e.security.initiative import accept
from tests.e2e.security.platform import Running, Visitor
from tests.e2e.security.tenant import DAY_AFTER, FIRST_DAY, YEAR
from tests.e2e.security.tokens import Forger
from tests.e2e.security.world import ordered, send

SCHOOLS = ("910101", "910102")
PUPILS = "cpr_number;uni_login;local_id;name;institution_number;school_year;class_name;valid_from;valid_to"
REST = f"{SCHOOLS[0]};{YEAR};5A;{FIRST_DAY};{DAY_AFTER}"
NDJSON = "application/x-ndjson"
COUNTS = {"taken": "accepted", "parked": "parked", "refused": "refused"}
REST_COLUMNS = ("institution_number", "school_year", "class_name", "valid_from", "valid_to")
FIRST_LINE = "institution_number;school_year;name;grade;kind"


def row(who: Canary, rest: str = REST) -> str:
    """A pupil's row of a CSV file."""
    return f"{who.hyphenated};{who.uni_login};{who.local_id};{who.name};{rest}"


def record(who: Canary, **more: Any) -> dict[str, Any]:
    """A pupil's row as JSON."""
    names = PUPILS.split(";")
    values = [who.cpr_number, who.uni_login.upper(), who.local_id, who.name, *REST.split(";")]
    return dict(zip(names, values, strict=True)) | more


def csv_of(header: str, rows: Sequence[str]) -> str:
    """A file."""
    return "\n".join([header, *rows, ""])


class Push:
    """Users of one municipality who work with 50 canaries, ``people``."""

    def __init__(self, running: Running, forger: Forger, people: Sequence[Canary]) -> None:
        self._running = running
        self._forger = forger
        self.taken, self.packed = people[0:20], people[20:26]
        self.refused, self.late, self.whole = people[26:30], people[30:34], people[34:38]
        self.misplaced, self.unknown, self.asked = people[38:43], people[43:46], people[46:50]

    def _as(self, role: str) -> Visitor:
        return self._running.visitor(self._forger.valid([role], [CODE]))

    async def before(self) -> None:
        """Do everything except the delivery."""
        await self._running.settled()
        async with self._as("municipality_integration") as it, self._as("resource_team") as team:
            await self._schools(it)
            await self._before_they_are_known(it)
            await self._pupils(it)
            await self._refused_pupils(it)
            await self._running.settled()
            await self._absence(it)
            await self._indicators(it)
            await self._files_that_are_none(it)
            await self._running.settled()
            talk = Talk(self._running, self._forger, known=self.taken, unknown=self.unknown, asked=self.asked)
            await talk.work(team)
            await talk.questions(it, team)
        await self._running.settled()

    async def after(self) -> bytes:
        """Order a delivery after everything else; returns its bundle."""
        await self._running.settled()
        async with self._as("evaluator") as evaluator:
            return (await ordered(evaluator))[1].content

    async def _schools(self, it: Visitor) -> None:
        async with self._as("secretariat") as secretariat:
            await accept(secretariat, CODE)
        rows = [f"{number};Kanarieskolen {number};public" for number in SCHOOLS]
        await self._sent(it, "schools", csv_of("institution_number;name;kind", rows), taken=2)
        rows = [f"{number};{YEAR};5A;5;ordinary" for number in SCHOOLS]
        await self._sent(it, "classes", csv_of(FIRST_LINE, rows), taken=2)
        days = [f"2022-{month:02d}-{day:02d}" for month in (9, 10, 11) for day in range(5, 10)]
        rows = [f"{number};{day}" for number in SCHOOLS for day in days if day not in {"2022-10-08", "2022-10-09"}]
        await self._sent(it, "calendars", csv_of("institution_number;date", rows))
        rows = [f"{number};2022-{month:02d}" for number in SCHOOLS for month in (9, 10, 11)]
        await self._running.settled()
        await self._sent(it, "completeness", csv_of("institution_number;month", rows), service="absence_ingest")

    async def _sent(
        self, it: Visitor, kind: str, body: str | bytes, *, service: str = "registration", **more: Any
    ) -> dict[str, Any]:
        """Send a file and check the counts that are given as ``taken``, ``parked`` and ``refused``."""
        counts = {name: more.pop(key) for key, name in COUNTS.items() if key in more}
        receipt = await send(it, service, kind, CODE, body, **more)
        assert {name: receipt[name] for name in counts} == counts, receipt
        path = f"/v1/imports/{receipt['id']}"
        for page in ("refused", "refused.csv", "parked"):
            await it.ask("GET", service, f"{path}/{page}", what=f"/v1/imports/{{receipt_id}}/{page}")
        return receipt

    async def _before_they_are_known(self, it: Visitor) -> None:
        rows = [f"{who.hyphenated};2022-09-05;illness;1" for who in self.late]
        absence = csv_of("pupil;date;category;days", rows)
        await self._sent(it, "absence", absence, service="absence_ingest", parked=4)
        rows = [f"{who.cpr_number};national_test;reading;4;2022-03-15;god" for who in self.late]
        tests = csv_of("cpr_number;indicator;subject;grade;date;value", rows)
        await self._sent(it, "indicators", tests, parked=4)

    async def _pupils(self, it: Visitor) -> None:
        body = csv_of(PUPILS, [row(who) for who in self.taken]).encode("latin-1")
        await self._sent(it, "pupils", body, media="text/csv; charset=iso-8859-1", taken=20)
        lines = "".join(json.dumps(record(who)) + "\n" for who in self.packed)
        packed = gzip.compress(lines.encode())
        await self._sent(it, "pupils", packed, media=NDJSON, headers={"Content-Encoding": "gzip"}, taken=6)
        await self._sent(it, "pupils", csv_of(PUPILS, [row(who) for who in self.late]), taken=4)
        again = [row(who) for who in self.taken[:3]]
        await self._sent(it, "pupils", csv_of(PUPILS, again), taken=0)
        for who in (self.packed[1], self.taken[1]):
            await it.done(
                "POST",
                "registration",
                "/v1/pupils",
                json={"municipality_code": CODE, **record(who)},
                headers={"Idempotency-Key": uuid4().hex},
            )
        # A row with only an id and another name waits for a decision; a changed number is kept in the pupil's history.
        unclear = f";;{self.taken[3].local_id};{self.whole[0].family_name};{REST}"
        await self._sent(it, "pupils", csv_of(PUPILS, [unclear]), parked=1)
        changed = row(self.packed[0]).replace(self.packed[0].hyphenated, self.whole[1].hyphenated)
        await self._sent(it, "pupils", csv_of(PUPILS, [changed]), taken=1)

    async def _refused_pupils(self, it: Visitor) -> None:
        one, two, three, four = self.refused
        rows = [
            row(one, f"{SCHOOLS[0]};{YEAR};9Z;{FIRST_DAY};{DAY_AFTER}"),
            row(two, f"999999;{YEAR};5A;{FIRST_DAY};{DAY_AFTER}"),
            row(three, f"{SCHOOLS[0]};{YEAR};5A;2022-02-31;{DAY_AFTER}"),
            f"{row(four)};one field more",
            f"{self.taken[0].cpr_number};{self.taken[1].uni_login};;{one.name};{REST}",
            f'{four.cpr_number};"{four.name};{REST}',
        ]
        await self._sent(it, "pupils", csv_of(PUPILS, rows), refused=6)
        a, b, c, d = self.whole
        both = csv_of(PUPILS, [row(a), row(b, f"{SCHOOLS[0]};{YEAR};9Z;{FIRST_DAY};{DAY_AFTER}")])
        await self._sent(it, "pupils", both, atomic="file", refused=1)
        await self._sent(it, "pupils", csv_of(PUPILS, [row(c), row(d)]), mode="validate", taken=2)
        await self._misplaced_pupils(it)

    async def _misplaced_pupils(self, it: Visitor) -> None:
        """Send each identifier in each wrong column."""
        rows = []
        for who in self.misplaced:
            for value in (who.cpr_number, who.hyphenated, who.uni_login, who.local_id, who.family_name):
                rows += [record(who, **{column: value}) for column in REST_COLUMNS]
            rows.append(record(who, cpr_number=f"{who.cpr_number}0"))
            rows.append(record(who, cpr_number=int(who.cpr_number)))
            rows.append(record(who, uni_login=f"{who.uni_login} {who.cpr_number}"))
            rows.append(record(who) | {who.family_name: 1, who.cpr_number: who.name})
        lines = "".join(json.dumps(each, ensure_ascii=False) + "\n" for each in rows)
        await self._sent(it, "pupils", lines, media=NDJSON, refused=len(rows))

    async def _absence(self, it: Visitor) -> None:
        header = "pupil;date;category;days"
        days = ("2022-09-05", "2022-09-06", "2022-10-05")
        for identifier in ("cpr_number", "uni_login", "local_id"):
            rows = [f"{getattr(who, identifier)};{day};illness;0,5" for who in self.taken for day in days]
            rows += [f"{getattr(who, identifier)};2022-09-07;illness;1" for who in self.unknown]
            rows += [f"{getattr(self.taken[0], identifier)};2022-09-10;illness;1"]
            await self._sent(
                it,
                "absence",
                csv_of(header, rows),
                service="absence_ingest",
                identifier=identifier,
                parked=3,
                refused=1,
            )
        wrong = []
        for who in self.misplaced:
            wrong += [f"{who.cpr_number}0;2022-09-05;illness;1", f"2022-09-05;{who.cpr_number};illness;1"]
            wrong += [f"{who.cpr_number};2022-09-05;{who.uni_login};1", f"{who.name};2022-09-05;illness;1"]
            wrong += [f"{who.cpr_number};2022-09-05;illness;{who.local_id}", f"{who.cpr_number};2022-09-05"]
        over = [f"{self.taken[2].cpr_number};2022-11-07;{category};1" for category in ("illness", "authorised")]
        await self._sent(it, "absence", csv_of(header, wrong), service="absence_ingest", refused=len(wrong))
        await self._sent(it, "absence", csv_of(header, over), service="absence_ingest")
        whole = csv_of(header, [f"{self.taken[1].cpr_number};2022-11-07;illness;1", wrong[0]])
        await self._sent(it, "absence", whole, service="absence_ingest", atomic="file")

    async def _indicators(self, it: Visitor) -> None:
        header = "cpr_number;indicator;subject;grade;date;value"
        rows = [f"{who.hyphenated};national_test;reading;4;2022-03-15;mangelfuld" for who in self.taken]
        await self._sent(it, "indicators", csv_of(header, rows), taken=20)
        wrong = []
        for who in self.misplaced:
            wrong += [f"{who.cpr_number};national_test;reading;4;2022-03-15;{who.cpr_number}"]
            wrong += [f"{who.cpr_number};{who.uni_login};reading;4;2022-03-15;god"]
            wrong += [f"{who.cpr_number};national_test;{who.family_name};4;2022-03-15;god"]
            wrong += [f"{who.cpr_number};national_test;reading;{who.local_id};2022-03-15;god"]
        await self._sent(it, "indicators", csv_of(header, wrong), refused=len(wrong))

    async def _files_that_are_none(self, it: Visitor) -> None:
        """Send files without a header, with a canary as header, truncated, in another charset, or of another kind."""
        who = self.misplaced[0]
        good = csv_of(PUPILS, [row(who)])
        bodies: list[tuple[bytes, dict[str, str]]] = [
            (row(who).encode(), {}),
            (f"{who.cpr_number};{who.name}\n{row(who)}\n".encode(), {}),
            (f"{PUPILS};{who.cpr_number}\n{row(who)};x\n".encode(), {}),
            (f"{PUPILS};{who.family_name};{who.family_name}\n".encode(), {}),
            (f'{PUPILS}"{who.cpr_number}\n'.encode(), {}),
            (gzip.compress(good.encode())[:-9], {"Content-Encoding": "gzip"}),
            (good.encode(), {"Content-Encoding": "gzip"}),
            (good.encode(), {"Content-Encoding": who.uni_login}),
            (good.encode("utf-16"), {}),
            (good.encode("latin-1"), {}),
            (good.encode(), {"Content-Type": f"text/csv; charset={who.uni_login}"}),
            (good.encode(), {"Content-Type": f"text/{who.uni_login}"}),
            (good.encode(), {"Content-Type": NDJSON}),
            ((row(who) * 4000).encode(), {}),
        ]
        for service, kind in (("registration", "pupils"), ("absence_ingest", "absence")):
            for body, changed in bodies:
                headers = {
                    "Idempotency-Key": uuid.uuid4().hex,
                    "Content-Type": "text/csv",
                    "Prefer": "wait=30",
                } | changed
                params = {"kind": kind, "municipality": CODE}
                await it.ask("POST", service, "/v1/imports", params=params, headers=headers, content=body)
            params = {
                "kind": who.uni_login,
                "municipality": who.cpr_number,
                "mode": who.name,
                "identifier": who.local_id,
            }
            headers = {"Idempotency-Key": uuid.uuid4().hex, "Content-Type": "text/csv"}
            await it.ask("POST", service, "/v1/imports", params=params, headers=headers, content=good.encode())
            params["municipality"] = CODE
            await it.ask("POST", service, "/v1/imports", params=params, headers=headers, content=good.encode())
