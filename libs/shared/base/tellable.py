"""Failures whose own words may be logged and shown; the words of all others are left out (``describe_failure``)."""


class Tellable(Exception):
    """Its text names settings, kinds, topics, sizes and revisions. It never holds a setting's value or a row's."""


class SetUpFault(Tellable, ValueError):
    """A setting, or a file that a setting names, is not as it must be; whoever starts the process has to mend it."""
