"""Python's garbage collector, set for a service that takes many rows at a time.

By default the collector starts after 700 new containers, and a batch of rows or events is tens of thousands: it then
went through all of them again and again and found nothing, as reference counts free them. That took between a third
and half of the time of the import worker and of the consumer.
"""

import gc

YOUNG = 50_000
"""New containers before the young are looked through: a millisecond's work, and some megabytes at most."""


def calm_collector() -> None:
    """Leave out what was made at start, which stays as long as the process, and collect more rarely."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(YOUNG, 20, 20)
