"""The shares of an initiative as a spreadsheet: taken as a whole, or refused with every row that is wrong."""

from tests.integration.services.registration.initiatives.requests import SHARES, Work

HEADER = "municipality_code;share_percent;source;reference_date\r\n"
CSV = {"Content-Type": "text/csv; charset=utf-8"}
EXCEL = {"Content-Type": "text/csv; charset=windows-1252"}


async def test_a_spreadsheet_is_loaded_as_excel_writes_it(work: Work) -> None:
    lines = "".join(
        f"{code};{share.replace('.', ',')} %;Udtræk på øen;31-12-2019\r\n" for code, share in SHARES.items()
    )
    loaded = await work.change("PUT", "/shares", content=f"{HEADER}{lines};;;\r\n".encode("cp1252"), headers=EXCEL)
    assert loaded.status_code == 200, loaded.text
    listed = (await work.ask("GET", f"{work.path}/shares")).json()["items"]
    assert {each["municipality_code"]: each["share_percent"] for each in listed} == SHARES
    assert {each["source"] for each in listed} == {"Udtræk på øen"}
    marked = f"\ufeff{HEADER}{lines}".encode()
    again = await work.change("PUT", "/shares", content=marked, headers={"Content-Type": "text/csv"})
    assert again.json() == loaded.json()


async def test_every_row_that_cannot_be_taken_is_listed_in_both_languages(work: Work) -> None:
    before = (await work.ask("GET", f"{work.path}/shares")).json()
    wrong = "101;120;Statistik;2019-12-31\n1;18,2;Statistik;i går\n147;18,234;Af 641112-1239;2019-12-31\n151;15;;\n"
    unread = await work.change("PUT", "/shares", content=(HEADER + wrong).encode(), headers=CSV)
    assert (unread.status_code, unread.json()["code"]) == (422, "shares.rows_refused")
    found = [(each["row"], each["column"], each["code"]) for each in unread.json()["errors"]]
    assert found == [
        (1, "share_percent", "share.percent_invalid"),
        (2, "municipality_code", "municipality_code.invalid"),
        (2, "reference_date", "date.invalid"),
        (3, "share_percent", "share.percent_invalid"),
        (3, "source", "text.identifier"),
        (4, "source", "value.required"),
        (4, "reference_date", "value.required"),
    ]
    assert all(each["messages"]["da"] and each["messages"]["en"] for each in unread.json()["errors"])
    assert unread.json()["messages"]["da"].startswith("4 rækker")
    assert "641112" not in unread.text

    read = "101;18;Statistik;2019-12-31\n\n101;17;Statistik;2019-12-31\n411;16;Statistik;2020-12-31\n"
    refused = await work.change("PUT", "/shares", content=(HEADER + read).encode(), headers=CSV)
    found = [(each["pointer"], each["code"]) for each in refused.json()["errors"]]
    assert found == [
        ("/rows/3/municipality_code", "share.twice"),
        ("/rows/4/municipality_code", "share.municipality_unknown"),
        ("/rows/4/reference_date", "share.other_date"),
    ]
    assert refused.json()["pointer"] == "/rows/3/municipality_code"
    assert (await work.ask("GET", f"{work.path}/shares")).json() == before


async def test_a_file_that_is_no_such_spreadsheet_is_refused_by_its_own_code(work: Work) -> None:
    wide = HEADER.encode("utf-16")
    for content, headers, status, code in (
        (HEADER.encode(), CSV, 422, "file.empty"),
        (HEADER.replace("source", "kilde").encode(), CSV, 422, "column.unknown"),
        ((HEADER + "101;18;Udtræk;2019-12-31").encode("cp1252"), CSV, 422, "shares.rows_refused"),
        (wide, CSV, 422, "encoding.utf16"),
        (HEADER.encode(), {"Content-Type": "text/csv; charset=x"}, 422, "import.charset"),
        (HEADER.encode(), {"Content-Type": "application/vnd.ms-excel"}, 415, "unsupported_media_type"),
    ):
        answer = await work.change("PUT", "/shares", content=content, headers=headers)
        assert (answer.status_code, answer.json()["code"]) == (status, code), answer.text
