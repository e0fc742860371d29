"""Writes an invented municipality's pupils as OneRoster 1.2 CSV, a zip of all its schools, and says what it should come
to. The pupils are those of ``pupils.csv``.
"""
