"""Bulk import: a file becomes a durable receipt, and no row is ever silently dropped.

A service binds each of its kinds of file (``files.kind.Kind``) to a handler that writes a whole batch by set. The
library does the rest: it receives the body in encrypted chunks, checks header and values, refuses single rows with a
code and a remedy, parks rows that must wait for something, and replays them when it arrives. The parser turns
identifiers into keyed lookup keys; they are never written in the clear.
"""
