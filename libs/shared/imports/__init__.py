"""Bulk import: a file becomes a durable receipt, and no row is ever silently dropped.

A service declares its kinds of file as row models (``kinds.Kind``) and binds each to a handler that writes a whole
batch by set. The library does the rest: it receives the body in encrypted chunks, checks header and values, refuses
single rows with a code and a remedy, keeps rows that must wait for something, and plays them again when it comes.
Identifiers become keyed lookup keys in the parser and are written in the clear nowhere.
"""
