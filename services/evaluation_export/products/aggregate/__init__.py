"""The product ``aggregate``: anonymous tables, no row per pupil.

``reading`` makes a snapshot of the read models; ``python -m services.evaluation_export.products.aggregate`` builds the
bundle from it in a separate process, which is the only one that loads pyarrow. The building is pure: the same input
gives the same bytes.
"""

NAME = "aggregate"
"""Written in orders, file names, manifests and the store of releases; it never changes."""
