"""A PUT whose answer was lost. It is sent again, and refused (412) if the first attempt took effect, as the object then
has another ``ETag``. If the object is as it was sent, the change was made: what is shown of it is the answer.

RFC 9110, 13.1.1, lets a server answer so itself; the client does not rely on it.
"""

import unicodedata
from collections.abc import Mapping, Sequence
from decimal import Decimal, InvalidOperation


def is_as_sent(shown: object, sent: object) -> bool:
    """Whether everything that was sent is shown, both as parsed JSON. Fields that were not sent may have any value.

    Numbers may be written as texts, with or without zeros at the end. The order of a list of plain values is not
    compared, as it is a set of ids.
    """
    if isinstance(sent, Mapping):
        return isinstance(shown, Mapping) and all(is_as_sent(shown.get(name), value) for name, value in sent.items())
    if isinstance(sent, list):
        if not isinstance(shown, list) or len(shown) != len(sent):
            return False
        pairs = zip(_in_order(shown), _in_order(sent), strict=True)
        return all(is_as_sent(one, other) for one, other in pairs)
    return _plain(shown) == _plain(sent)


def _in_order(values: Sequence[object]) -> list[object]:
    if any(isinstance(each, Mapping | list) for each in values):
        return list(values)
    return sorted(values, key=str)


def _plain(value: object) -> object:
    if isinstance(value, bool) or value is None:
        return type(value), value
    try:
        return Decimal(str(value))
    except InvalidOperation:
        return unicodedata.normalize("NFC", str(value)).strip()
