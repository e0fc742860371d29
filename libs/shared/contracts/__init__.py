"""The contracts of the bus: topics, the envelope and one model per event. They use only Pydantic and ``values``."""
