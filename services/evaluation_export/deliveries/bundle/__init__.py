"""From a snapshot to a bundle, in a process of its own: ``python -m services.evaluation_export.deliveries.bundle``.

Reads the snapshot as JSON from standard input, writes the bundle (zip) to standard output. Pure: the same snapshot
gives the same bytes. pyarrow is loaded here and in no other process.
"""
