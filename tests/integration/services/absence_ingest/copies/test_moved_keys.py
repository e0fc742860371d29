"""An id that registration gives to another child finds that child in the end, whichever event comes first."""

import itertools

from libs.shared.privacy.identifiers import IdentifierKind
from tests.integration.services.absence_ingest.service import AbsenceIngest, pupil_id


async def test_whoever_has_the_id_last_has_it_in_whatever_order_the_events_come(empty: AbsenceIngest) -> None:
    for number, order in enumerate(itertools.permutations(("first", "gone", "second"))):
        ask, bo, moved = f"Ask{number}", f"Bo{number}", (IdentifierKind.LOCAL_ID, f"{number}")
        stays = (IdentifierKind.CPR_NUMBER, f"610112000{number}")
        told = {
            "first": empty.pupil(ask, [stays, moved]),
            "gone": empty.pupil(ask, [stays], version=2),
            "second": empty.pupil(bo, [moved]),
        }
        for each in order:
            await empty.take([told[each]])
        names = {pupil_id(ask): "ask", pupil_id(bo): "bo"}
        found = await empty.rows("SELECT kind, pupil_id FROM lookup_key")
        holders = {(row.kind, names[row.pupil_id]) for row in found if row.pupil_id in names}
        assert holders == {("cpr_number", "ask"), ("local_id", "bo")}, order
    assert await empty.rows("SELECT * FROM key_claim") == []
