"""The command line as municipal IT runs it: processes of its own, against a running platform."""
