"""Exit codes, the same for every command, so that a script can tell what to do next."""

OK = 0
"""All is well: every row is taken, or waits for something."""
NOT_ALL = 1
"""The platform or the rules refuse something: rows to correct, a file without its columns, a plan."""
WRONG_USE = 2
"""Nothing was asked of the platform: a wrong option, or a file that cannot be read as what it should be."""
NOT_DONE = 3
"""No answer, no end in time, or a failure on the platform's side: try again later."""
NO_ACCESS = 4
"""Not logged in, or this login may not do this."""
