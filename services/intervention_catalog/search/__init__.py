"""Search in the catalog: an index in memory, built from the published content in the database.

A query passes through ``query`` (concepts and weights), ``search_index`` (scores) and ``showing`` (fragments).
``index``, ``danish`` and ``query`` are pure; ``use_cases`` reads the database and ``routes`` speaks HTTP.
"""
