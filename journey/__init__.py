"""One pupil's way from a municipality's file to the evaluator's tables, over HTTP alone.

The same journey runs in the demo, in the end-to-end tests and against docker compose. It knows addresses, files and
their forecast; what it tells it has asked of the services.
"""
