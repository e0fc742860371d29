"""What crosses the bus: topics, the envelope and one model per event. Pydantic and the standard library alone."""
