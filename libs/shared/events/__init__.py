"""Moves events from one database to others: at-least-once on the bus, with the effect of exactly-once.

``Outbox`` writes events in the transaction that changes the state; ``Relay`` appends them to the log; ``Consumer``
hands them to handlers and records each in the inbox in the same transaction. Events that cannot be handled become dead
letters. The tables are made by ``STEPS``, called from a service's migrations.
"""

from libs.shared.db.steps import Steps

STEPS = Steps(__name__)
"""Step 1: outbox, positions, inbox and dead letters. Step 2: rebuilds of read models and the addition to versions."""
