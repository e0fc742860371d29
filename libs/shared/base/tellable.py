"""Failures whose message may be logged and shown; the messages of all others are left out (``describe_failure``)."""


class Tellable(Exception):
    """Its text names settings, kinds, topics, sizes and revisions. It never holds a setting's value or a row's."""


class SetUpFault(Tellable, ValueError):
    """A setting, or a file that a setting names, is invalid and must be corrected before the process can start."""
