"""Exit codes, the same for every command, so that a script can tell what to do next."""

OK = 0
"""Every row is accepted, unchanged or waiting."""
NOT_ALL = 1
"""The platform or the rules refuse something, such as rows, a file without its columns, or a plan."""
WRONG_USE = 2
"""Nothing was sent: an option is wrong, or the file cannot be read."""
NOT_DONE = 3
"""No answer came, processing did not end in time, or the platform failed: try again later."""
NO_ACCESS = 4
"""Nobody is logged in, or the login has no right to do this."""
