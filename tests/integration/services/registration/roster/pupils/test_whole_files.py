"""The result of a file of pupils depends neither on where it is cut nor on the order of its rows."""

import itertools
import random
import time
from collections import defaultdict
from uuid import uuid4

from sqlalchemy import text

from libs.shared.db.database import WriteSession
from libs.shared.db.scope import Scope
from libs.shared.imports.batch import Staged
from services.registration.roster.pupils.queries.settling import join_groups
from tests.factories.files import codes, counts
from tests.integration.services.registration.service import PUPIL_HEADER, Registration

ROW = "{};Ask Prøvesen;910101;2022/2023;{};{};{}\n"
KINDS = ("cpr_number", "uni_login", "local_id")


CUTS = (150, 4_000_000)


async def test_a_transfer_over_a_cut_is_taken(registration: Registration) -> None:
    await registration.base()
    for number, chunk_bytes in enumerate(CUTS):
        who = f"610112000{number};ask0000{number};L{number}"
        await registration.send("pupils", PUPIL_HEADER + ROW.format(who, "5A", "2022-08-01", "2023-08-01"))
        begun = ROW.format(who, "5B", "2023-01-01", "2023-08-01")
        ended = ROW.format(who, "5A", "2022-08-01", "2023-01-01")
        receipt = await registration.send("pupils", PUPIL_HEADER + begun + ended, chunk_bytes=chunk_bytes)
        assert (counts(receipt), codes(receipt)) == ((2, 0, 0, 0), {}), chunk_bytes


async def test_rows_of_one_pupil_meet_through_a_third_wherever_they_stand(registration: Registration) -> None:
    await registration.base()
    for number, (chunk_bytes, step) in enumerate(itertools.product(CUTS, (1, -1)), start=1):
        cpr_number, uni_login = f"610112000{number}", f"ask0000{number}"
        rows = [
            ROW.format(f"{cpr_number};;", "5A", "2022-08-01", "2022-10-01"),
            ROW.format(f";{uni_login};", "5B", "2022-10-01", "2022-12-01"),
            ROW.format(f"{cpr_number};{uni_login};", "5A", "2022-12-01", "2023-08-01"),
        ]
        receipt = await registration.send("pupils", PUPIL_HEADER + "".join(rows[::step]), chunk_bytes=chunk_bytes)
        assert receipt.refused == 0
        assert len(await registration.rows("SELECT * FROM pupil", "101")) == number
        assert len(await registration.rows("SELECT * FROM membership", "101")) == 3 * number


async def test_groups_come_together_as_a_plain_search_finds_them(registration: Registration) -> None:
    """Chains, stars and single rows; a known pupil joins groups that share nothing else."""
    known = [("uni_login", "u1"), ("local_id", "l2"), ("cpr_number", "c3")]
    chance = random.Random(10)  # noqa: S311 - no secret
    said: list[dict[str, str | None]] = []
    for n in range(400):
        said.append({kind: f"{kind[0]}{chance.randrange(300)}" if chance.random() < 0.4 else None for kind in KINDS})
        said.append({"cpr_number": None, "uni_login": f"chain{n}", "local_id": f"chain{n + 1}"})
        said.append({"cpr_number": None, "uni_login": f"chain{n + 1}", "local_id": f"chain{n + 1}"})
    hashes = chance.sample(range(-(2**40), 2**40), len(said))
    async with registration.db.write(Scope.of("101")) as session:
        staged = await _sample(session)
        pupil_id = uuid4()
        await session.execute(
            text(
                "INSERT INTO pupil (pupil_id, municipality_code, person_id, has_cpr_number, name, aggregate_version) "
                "VALUES (:id, '101', :id, false, '\\x00', 0)"
            ),
            {"id": pupil_id},
        )
        await session.execute(
            text("INSERT INTO pupil_key VALUES ('101', :kind, 'k1', :value, :id)"),
            [{"kind": kind, "value": value, "id": pupil_id} for kind, value in known],
        )
        await session.execute(
            text(
                "INSERT INTO staged_sample VALUES (:receipt_id, '101', :group_hash, :row_no, :cpr_number, :uni_login, "
                ":local_id)"
            ),
            [
                {"receipt_id": staged.receipt_id, "group_hash": group_hash, "row_no": row_no, **row}
                for row_no, (group_hash, row) in enumerate(zip(hashes, said, strict=True))
            ],
        )
        await join_groups(session, staged)
        found = defaultdict(set)
        for row_no, group_hash in await session.execute(text("SELECT row_no, group_hash FROM staged_sample")):
            found[group_hash].add(row_no)
    assert sorted(map(sorted, found.values())) == _together(said, known)


def _together(said: list[dict[str, str | None]], known: list[tuple[str, str]]) -> list[list[int]]:
    """The same groups by a search from row to row."""
    rows_of = defaultdict(list)
    tokens = []
    for row_no, row in enumerate(said):
        of_row = {"the known pupil" if (k, v) in known else (k, v) for k, v in row.items() if v is not None}
        tokens.append(of_row)
        for token in of_row:
            rows_of[token].append(row_no)
    left, found = set(range(len(said))), []
    while left:
        group, ahead = set(), {min(left)}
        while ahead:
            row_no = ahead.pop()
            group.add(row_no)
            ahead |= {each for token in tokens[row_no] for each in rows_of[token]} - group
        left -= group
        found.append(sorted(group))
    return sorted(found)


async def test_a_long_chain_is_brought_together_nearly_as_fast_as_pairs(registration: Registration) -> None:
    """Each row of a hostile file shares an identifier with the next one. The time must grow with the number of rows
    only.
    """
    rows = 30_000
    seconds = {}
    for shape, shift in (("pairs", 0), ("a chain", 1)):
        async with registration.db.write(Scope.of("101")) as session:
            staged = await _sample(session)
            await session.execute(
                text(
                    "INSERT INTO staged_sample SELECT :id, '101', hashint8extended(n, 7), n, NULL, uni_login, local_id"
                    " FROM unnest(CAST(:uni_logins AS text[]), CAST(:local_ids AS text[])) WITH ORDINALITY"
                    " AS said (uni_login, local_id, n)"
                ),
                {
                    "id": staged.receipt_id,
                    "uni_logins": [f"u{n // 2}" for n in range(rows)],
                    "local_ids": [f"l{(n + shift) // 2}" for n in range(rows)],
                },
            )
            began = time.perf_counter()
            await join_groups(session, staged)
            seconds[shape] = time.perf_counter() - began
            found = await session.execute(text("SELECT count(DISTINCT group_hash) FROM staged_sample"))
            assert found.scalar_one() == {"pairs": rows // 2, "a chain": 1}[shape]
    assert seconds["a chain"] < 10 * seconds["pairs"] + 5


async def _sample(session: WriteSession) -> Staged:
    """Create a table like that of staged pupils, for one transaction."""
    await session.execute(
        text(
            "CREATE TEMP TABLE staged_sample (receipt_id uuid, municipality_code text, group_hash bigint, "
            "row_no int, cpr_number_key text, uni_login_key text, local_id_key text) ON COMMIT DROP"
        )
    )
    return Staged("staged_sample", uuid4(), -(2**63), 2**63 - 1, "cpr_number", "k1")
