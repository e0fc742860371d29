from contextlib import suppress

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from libs.shared.web.pages import read_page_token, write_page_token
from libs.shared.web.refusals import PageTokenInvalid

TEXT = st.text(st.characters(codec="utf-8", exclude_characters="\x00"), max_size=50)


@given(TEXT, st.integers(-(2**63), 2**63 - 1))
def test_a_token_gives_back_its_key(name: str, number: int) -> None:
    assert read_page_token(write_page_token("schools", (name, number)), "schools", (str, int)) == (name, number)


@given(st.text(max_size=100))
def test_any_text_is_either_a_key_or_a_clear_refusal(token: str) -> None:
    with suppress(PageTokenInvalid):
        key = read_page_token(token, "schools", (str,))
        assert key is not None
        assert isinstance(key[0], str)


@pytest.mark.parametrize(
    "token",
    [
        write_page_token("pupils", ("a",)),
        write_page_token("schools", ("a", "b")),
        write_page_token("schools", (1,)),
        write_page_token("schools", ("a\x00",)),
        write_page_token("schools", (True,)),
        write_page_token("schools", ("a",)) + "!",
    ],
)
def test_a_token_of_another_list_or_form_is_refused(token: str) -> None:
    with pytest.raises(PageTokenInvalid):
        read_page_token(token, "schools", (str,))


def test_a_number_too_large_for_the_database_is_refused() -> None:
    with pytest.raises(PageTokenInvalid):
        read_page_token(write_page_token("schools", (2**63,)), "schools", (int,))


async def test_pages_follow_each_other(client: httpx.AsyncClient) -> None:
    first = (await client.get("/v1/things/page?page_size=3")).json()
    assert first["items"] == [0, 1, 2]
    second = (await client.get(f"/v1/things/page?page_size=3&page_token={first['next_page_token']}")).json()
    assert second["items"] == [3, 4, 5]
    refused = await client.get("/v1/things/page?page_token=rubbish")
    assert (refused.status_code, refused.json()["code"]) == (400, "page_token.invalid")
    assert refused.json()["pointer"] == "/page_token"
