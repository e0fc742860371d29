"""Plain programs that do the same work as a service, measured in the same run."""
