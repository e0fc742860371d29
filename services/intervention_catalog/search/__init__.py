"""Search in the catalog: documents in, an index, ranked and highlighted hits out. No database, no HTTP, no clock.

The way of a query: ``words`` folds it, ``analysis`` finds what it asks for, ``scoring`` puts that to the index.
"""
