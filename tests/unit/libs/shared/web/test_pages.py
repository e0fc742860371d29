"""Page tokens: only those that this service made for this list, this object and this scope."""

import base64
import json
from collections.abc import Callable
from contextlib import suppress

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from libs.shared.privacy.keys import KeyRing
from libs.shared.web.pages import PageTokens
from libs.shared.web.refusals import PageTokenInvalid

TEXT = st.text(st.characters(codec="utf-8", exclude_characters="\x00"), max_size=50)
OLD, NEW = KeyRing.generate("old"), KeyRing.generate("new")
TOKENS = PageTokens("registration", NEW)


@given(TEXT, st.integers(-(2**63), 2**63 - 1))
def test_a_token_gives_back_its_key_and_does_not_show_it(name: str, number: int) -> None:
    token = TOKENS.write("schools", (name, number))
    assert TOKENS.read(token, "schools", (str, int)) == (name, number)
    assert token == TOKENS.write("schools", (name, number))  # so an answer with the token keeps its ETag
    assert json.dumps([name, number]).encode() not in base64.urlsafe_b64decode(token + "==")


@given(st.text(max_size=100))
def test_any_text_is_a_clear_refusal(token: str) -> None:
    with suppress(PageTokenInvalid):
        TOKENS.read(token, "schools", (str,))
        raise AssertionError("a caller has made a token")


@pytest.mark.parametrize(
    "token",
    [
        TOKENS.write("pupils", ("a",)),
        TOKENS.write("schools", ("a", "b")),
        TOKENS.write("schools", (1,)),
        TOKENS.write("schools", (True,)),
        TOKENS.write("schools", ("a",)) + "!",
        TOKENS.write("schools", ("a",), ["school_id=other"]),
        PageTokens("absence_ingest", NEW).write("schools", ("a",)),
        PageTokens("registration", OLD).write("schools", ("a",)),
        base64.urlsafe_b64encode(b'["schools","a"]').decode(),
        "",
    ],
    ids=[
        "another list",
        "another number of values",
        "another type",
        "no text",
        "one character more",
        "another scope",
        "another service",
        "another key",
        "unsigned",
        "empty",
    ],
)
def test_a_token_of_another_list_service_key_or_form_is_refused(token: str) -> None:
    with pytest.raises(PageTokenInvalid):
        TOKENS.read(token, "schools", (str,))


def test_every_changed_sign_is_seen() -> None:
    token = TOKENS.write("schools", ("a",))
    for place in range(len(token) - 1):  # base64 does not use all bits of the last character
        forged = token[:place] + ("A" if token[place] != "A" else "B") + token[place + 1 :]
        with pytest.raises(PageTokenInvalid):
            TOKENS.read(forged, "schools", (str,))


def test_a_token_outlives_a_rotation_as_long_as_its_key_is_on_the_ring() -> None:
    token = PageTokens("registration", OLD).write("schools", ("a",))
    rotated = PageTokens("registration", KeyRing.parse(f"{NEW.export()},{OLD.export()}"))
    assert rotated.read(token, "schools", (str,)) == ("a",)


async def test_pages_follow_each_other(client: httpx.AsyncClient) -> None:
    first = (await client.get("/v1/things/page?page_size=3")).json()
    assert first["items"] == [0, 1, 2]
    second = (await client.get(f"/v1/things/page?page_size=3&page_token={first['next_page_token']}")).json()
    assert second["items"] == [3, 4, 5]
    third = (await client.get(f"/v1/things/page?page_size=2&page_token={second['next_page_token']}")).json()
    assert third == {"items": [6, 7], "next_page_token": None}  # a full last page has no token
    refused = await client.get("/v1/things/page?page_token=rubbish", headers={"Accept-Language": "en"})
    assert (refused.status_code, refused.json()["code"]) == (400, "page_token.invalid")
    assert refused.json()["pointer"] == "/page_token"
    assert set(refused.json()["messages"]) == {"da", "en"}


async def test_a_token_belongs_to_the_object_in_the_address_and_to_the_scope_of_the_caller(
    client: httpx.AsyncClient, token: Callable[..., dict[str, str]]
) -> None:
    school, team = token("school"), token("resource_team")
    given = (await client.get("/v1/things/1/parts", headers=school)).json()["next_page_token"]

    async def asked(path: str, headers: dict[str, str]) -> int:
        return (await client.get(path, params={"page_token": given}, headers=headers)).status_code

    assert await asked("/v1/things/1/parts", school) == 200
    assert await asked("/v1/things/1/parts", token("school")) == 200  # a new token of the same scope
    assert await asked("/v1/things/2/parts", school) == 400
    assert await asked("/v1/things/1/parts", team) == 400
