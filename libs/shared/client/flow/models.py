"""The answer with a service's counts."""

from libs.shared.client.operations import Read


class Written(Read):
    """Events of one topic in the outbox."""

    written: int
    published: int


class Flow(Read):
    """Counts of one service: events in its outbox and its inbox by topic, and rows by table."""

    outbox: dict[str, Written]
    inbox: dict[str, int]
    tables: dict[str, int]
