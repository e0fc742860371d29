"""The limits on what reading a zip may cost. Each limit has a refusal of its own."""

MEBIBYTE = 1024 * 1024

ZIP_BYTES = 64 * MEBIBYTE
"""The largest zip: some 100,000 pupils with twelve subjects each."""

MOST_MEMBERS = 100
"""Members of the zip. The standard names 22 files."""

DIRECTORY_BYTES = 64 * 1024
"""The central directory with all names, which is read as a whole."""

NAME_BYTES = 255

MOST_RATIO = 200
"""How much smaller than its content a member may be. Tables of ids seldom shrink to a thirtieth."""
RATIO_FROM = MEBIBYTE
"""Members of fewer bytes are not held to the ratio."""

LINE_BYTES = 64 * 1024
RECORD_LINES = 100
"""Lines of one row: a quoted field may contain line ends, and an open quotation mark must not swallow the file. The
longest field is the default of Python's module ``csv``, 128 kB.
"""
MOST_COLUMNS = 200

MOST_ROWS = 5_000_000
"""Rows of one file, counted or kept."""
MOST_PLACES = 10_000
"""Organisations, and academic sessions: all are kept."""
MOST_CLASSES = 50_000
"""Homeroom classes: all are kept until the zip is read."""
MOST_OTHERS = 200_000
"""Classes of another type: their ids are kept."""
MOST_STUDENTS = 500_000
"""Users of one zip: some 100 bytes are kept in memory for each, the rest in the spool."""

HEAD_CHARACTERS = 200
"""The longest value of the manifest, and the longest id."""
KEPT_CHARACTERS = 300
"""Characters of a text that are kept. Every column is shorter, so a longer text is refused all the same."""

MOST_UNITS = 500
"""Schools and school years of one zip. Each has a buffer of ``UNIT_CHUNK_BYTES`` for pupils and one for classes."""
UNIT_CHUNK_BYTES = 64 * 1024
MOST_PUPILS = 20_000
"""Rows of pupils of one school and school year: they are compared in one step."""
PAUSE_ROWS = 1000
"""Rows after which the reader pauses, so that others who share its thread may go on."""
