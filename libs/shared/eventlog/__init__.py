"""The event log: one port, three implementations (memory, PostgreSQL, Apache Kafka) under one contract suite."""
