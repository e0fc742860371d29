"""What the text columns of the event tables hold, for the register in ``privacy.texts``."""

from libs.shared.privacy.texts import Register, code, event, own

TEXTS: Register = {
    "outbox.topic": own("a topic's name"),
    "outbox.key": event("ids and codes by the contract"),
    "outbox.value": event("an event on its way to the bus"),
    "outbox.headers": event("names of headers, ids, types and times"),
    "outbox.set_aside_reason": own("a sentence with sizes"),
    "outbox.origin": code("municipalities, of the transaction that wrote it"),
    "told_position.origin": code("a municipality"),
    "told_position.topic": own("a topic's name"),
    "inbox.consumer_group": own("a group's name"),
    "inbox.topic": own("a topic's name"),
    "dead_letter.consumer_group": own("a group's name"),
    "dead_letter.topic": own("a topic's name"),
    "dead_letter.key": event("as it is on the bus"),
    "dead_letter.value": event("as it is on the bus"),
    "dead_letter.header_names": event("as they are on the bus"),
    "dead_letter.header_values": event("as they are on the bus"),
    "dead_letter.municipality": code("three digits, from the record"),
    "dead_letter.error_type": own("a class's name"),
    "dead_letter.reason": own("names the field and the rule, never the value"),
    "dead_letter.state": own("a state"),
    "rebuild.consumer_group": own("a group's name"),
    "rebuild.topic": own("a topic's name"),
    "rebuild.state": own("a state"),
    "rebuild.reason": own("a sentence of the program"),
    "rebuild_seen.key": event("ids and codes by the contract"),
}
