"""The kinds of files, declared once for the services that take them and for the check without a server.

A declaration holds columns, codes, remedies and the rules about one row alone; a service binds a handler to it.
"""
