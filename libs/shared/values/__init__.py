"""National scalars, one type for each, used by contracts, rules, files and routes. They depend only on Pydantic."""
