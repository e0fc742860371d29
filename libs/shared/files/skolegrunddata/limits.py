"""The limits on what reading a file may cost. Each limit has a refusal of its own in ``problems``."""

BLOCK_BYTES = 16 * 1024
"""Bytes given to the parser at a time. A body is cut into such blocks again, so the result does not depend on how it
arrived. Expat before 2.6 reads an unfinished token from its start with every block; the block's size and
``TOKEN_BYTES`` bound that work.
"""

TOKEN_BYTES = 64 * 1024
"""The longest tag with its attributes, comment or processing instruction: all of one is kept until it ends."""

MOST_DEPTH = 32
"""Elements inside each other. The format has nine levels, and a SOAP envelope adds four."""

MOST_NAMES = 1000
"""Different names of elements and attributes, and prefixes. The parser keeps each for as long as it runs."""

VALUE_CHARACTERS = 1000
"""The longest text of an element that is read. Text of ignored elements is not kept and may be of any length."""

HEAD_CHARACTERS = 200
"""The longest attribute of the head, name or number of the institution."""

MOST_SOURCES = 20
"""Import sources of one export."""

KEPT_CHARACTERS = 200
"""Characters of a group's texts that are kept. Every column is shorter, so a longer text is refused all the same."""

MOST_GROUPS = 10_000
"""Groups of one institution, of all types: all are kept until the file ends."""

MOST_PUPILS = 20_000
"""Pupils of one institution that are kept: they are compared with those that are known in one step."""

MOST_PERSONS = 100_000
"""Persons of one institution, of all sorts: a number of 8 bytes is kept for each pupil."""
