"""The journey of data from a municipality's files to the evaluator's tables, over HTTP alone.

The same journey runs in the demo, in the end-to-end tests and against docker compose. It knows addresses, files and
their forecast. Everything else that it reports comes from the services' answers.
"""
