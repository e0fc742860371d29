"""The platform over HTTP, typed: for the command line, the journey, the tests and the console.

A caller (``caller.py``) has a source of tokens and repeats what may be repeated. Each request is declared once as an
``Operation``, with the models of its body and its answer; a contract test holds every one of them against the services'
OpenAPI documents. It imports no service.
"""
