"""The four services. They share the event contracts in ``libs/shared/contracts`` and use HTTP; no service imports
another.
"""
