"""Whether what is shown of an object is what was sent."""

import pytest

from libs.shared.client.replacing import is_as_sent


@pytest.mark.parametrize(
    ("shown", "sent", "same"),
    [
        ({"name": "A", "etag": 1}, {"name": "A"}, True),
        ({"name": "A"}, {"name": "B"}, False),
        ({"name": "A"}, {"name": "A", "kind": "public"}, False),
        ({"name": "A"}, {"name": "A", "kind": None}, True),
        ({"share": "18.20"}, {"share": "18.2"}, True),
        ({"amount": 250}, {"amount": "250"}, True),
        ({"share": "18.20"}, {"share": "18.21"}, False),
        ({"on": True}, {"on": 1}, False),
        ({"ids": ["b", "a"]}, {"ids": ["a", "b"]}, True),
        ({"ids": ["a"]}, {"ids": ["a", "b"]}, False),
        ({"ids": ["a", "a"]}, {"ids": ["a", "b"]}, False),
        ({"rules": [{"kind": "a", "line": None}, {"kind": "b"}]}, {"rules": [{"kind": "a"}, {"kind": "b"}]}, True),
        ({"rules": [{"kind": "b"}, {"kind": "a"}]}, {"rules": [{"kind": "a"}, {"kind": "b"}]}, False),
        ({"title": "Læs"}, {"title": " Læs "}, True),
        ({"title": "A\u030ase"}, {"title": "Åse"}, True),
        ({"part": None}, {"part": {"text": "x"}}, False),
        ({"part": []}, {"part": {}}, False),
    ],
)
def test_what_was_sent_is_compared_and_nothing_else(shown: object, sent: object, same: bool) -> None:
    assert is_as_sent(shown, sent) is same
