"""Writes an invented municipality's pupils as STIL SkoleGrunddata XML, one file per school and school year, and says
what each file should come to. The pupils are those of ``pupils.csv``.
"""
