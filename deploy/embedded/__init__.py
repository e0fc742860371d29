"""The embedded deployment: Skoleløft on one machine, on a PostgreSQL that pip installs, with nothing else to install.

`postgres` runs the database server. It uses `home` (the paths), `binaries` (the wheel's programs), `server_user` (the
user that the server runs as), `cluster` (the data directory and the settings), `orphans` (servers that outlived
their supervisor) and `errors`.
"""
