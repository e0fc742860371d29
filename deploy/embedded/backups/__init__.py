"""Backups of an embedded deployment: one consistent point of all its databases, and its keys in a separate file.

`making` writes a backup, `restoring` makes a home from a backup, and `after_restore` has the tasks of the first start;
`manifest` and `key_file` are the two files of a backup besides the data.
"""
