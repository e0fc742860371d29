"""A fifth service, added as CONTRIBUTING says: it lists municipalities by name. A test puts it into a copy of the tree.

Publishes nothing. Consumes registration.municipality.
"""
