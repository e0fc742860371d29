"""Backups of an embedded deployment: one consistent point of all its databases, and its keys in a file apart.

`making` writes one, `restoring` lays one out as a home, `after_restore` is what the next start owes it; `manifest` and
`key_file` are the two files a backup consists of beside the data.
"""
