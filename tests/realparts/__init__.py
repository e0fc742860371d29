"""Real PostgreSQL and Kafka servers for tests: found, started and stopped here, never simulated."""
