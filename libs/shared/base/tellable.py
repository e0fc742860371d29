"""Failures whose message may be logged and shown; the messages of all others are left out (``describe_failure``)."""


class Tellable(Exception):
    """A failure whose text names settings, kinds, topics, sizes and revisions, and never contains a setting's value or
    a row.
    """


class SetUpFault(Tellable, ValueError):
    """A setting, or a file that a setting names, is invalid and must be corrected before the process can start."""
