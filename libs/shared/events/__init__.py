"""Events out of one database and into another: at-least-once on the bus, exactly-once in effect.

``Outbox`` writes events in the transaction of the state they tell of; ``Relay`` carries them to the log;
``Consumer`` takes them from the log to handlers, remembering each in the inbox of the same transaction; what
cannot be handled becomes a dead letter. The tables come by ``STEPS``, called from a service's migrations.
"""

from libs.shared.db.steps import Steps

STEPS = Steps(__name__)
"""Step 1: outbox, inbox and dead letters."""
