"""A typed HTTP client for the platform, used by the command line, the journey and the tests.

A caller (``caller.py``) has a source of tokens and repeats requests that may be repeated. Each request is declared once
as an ``Operation``, with the models of its body and its answer; a contract test compares all of them with the services'
OpenAPI documents. It imports no service.
"""
