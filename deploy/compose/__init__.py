"""The platform on one Docker engine: the secrets that `docker-compose.yml` mounts as files."""
