import pytest
from pydantic import BaseModel

from libs.shared.web.conditional import conditional


class Thing(BaseModel):
    name: str


ETAG = conditional(Thing(name="a"), None).headers["etag"]


def test_the_etag_is_strong_and_follows_the_content_alone() -> None:
    assert ETAG.startswith('"')
    assert conditional(Thing(name="a"), None).headers["etag"] == ETAG
    assert conditional(Thing(name="b"), None).headers["etag"] != ETAG


@pytest.mark.parametrize("given", [ETAG, f"W/{ETAG}", f'"other", {ETAG}', f'"o,ther" ,{ETAG},', "*"])
def test_who_names_the_etag_gets_no_content(given: str) -> None:
    answer = conditional(Thing(name="a"), given)
    assert (answer.status_code, answer.body, answer.headers["etag"]) == (304, b"", ETAG)


@pytest.mark.parametrize("given", [None, "", '"other"', ETAG.strip('"'), "W/", ",,,", '"'])
def test_who_names_another_etag_or_none_gets_the_content(given: str | None) -> None:
    answer = conditional(Thing(name="a"), given)
    assert (answer.status_code, answer.body) == (200, b'{"name":"a"}')


@pytest.mark.parametrize("given", [None, ETAG])
def test_an_answer_may_be_kept_by_anybody_for_a_minute(given: str | None) -> None:
    assert conditional(Thing(name="a"), given).headers["cache-control"] == "public, max-age=60"
