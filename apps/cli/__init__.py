"""The command line, ``skoleloeft``: what can be asked without a service, a database or a network."""
