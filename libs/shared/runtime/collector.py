"""Settings of Python's garbage collector for services that process many rows at a time.

By default the collector runs after 700 new containers, and a batch of rows or events has tens of thousands. It then
searches them repeatedly and finds nothing, as reference counting frees them. That took between a third and half of the
time of the import worker and of the consumer.
"""

import gc

YOUNG = 50_000
"""New containers between two runs over the youngest generation: it takes a millisecond."""


def calm_collector() -> None:
    """Exclude objects made at the start, which live as long as the process, and let the collector run less often."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(YOUNG, 20, 20)
