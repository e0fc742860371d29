"""The command line as municipal IT runs it: in processes of its own, with a running platform."""
