"""The HTTP edge that all services share: application factory, problems, health, limits, documentation, access."""
