"""Kinds of files as declarations, and the reading of files by them: pure, without a database or a server."""
