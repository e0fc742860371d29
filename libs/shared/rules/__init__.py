"""The rules of the initiative: rule sets as data, and pure functions that judge facts by them.

A function takes the rule set and the facts as arguments, reads no clock, does no I/O and returns verdicts. A running
service passes the rule set it received on the bus; the command line and the catalog's seed take the packaged one
from ``library``. Numbers are ``Decimal``, integers or exact ratios of integers, never floats.
"""
