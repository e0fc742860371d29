"""Reads OneRoster 1.2 CSV (1EdTech): a zip with ``manifest.csv`` and the files that it names, bulk or delta.

Source: 1EdTech "OneRoster: CSV Binding", version 1.2.1 (22 August 2023). One zip may hold a municipality's schools.

A zip is read by its central directory, from a source with random access, and not as its members arrive: the
standard lets the files stand in any order, and a pupil's row needs four of them. So the order inside does not matter,
and what the directory says is held against what stands before each member. What has to be kept until it is needed is
written to a temporary file that is encrypted with a key which never leaves the memory (``spool``).
"""
