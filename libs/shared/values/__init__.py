"""National scalars, one type for each, used by contracts, rules, files and routes. Pydantic alone."""
