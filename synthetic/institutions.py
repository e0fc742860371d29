"""An invented register of institution numbers, as the secretariat sends the national one.

It has twelve numbers each of the municipalities 101, 147 and 157, in the same form as the numbers of the generated
schools.
"""

from importlib import resources


def invented_register() -> bytes:
    """The file of the kind ``institutions``: one line per number under a line of column names."""
    return resources.files(__package__).joinpath("institutions.csv").read_bytes()
