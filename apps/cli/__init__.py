"""The command line, ``skoleloeft``: checks of files without a service, and requests to the services over HTTP."""
