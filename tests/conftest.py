"""What every test may ask for."""

pytest_plugins = [
    "tests.realparts.postgres",
    "tests.realparts.templates",
    "tests.realparts.kafka",
    "tests.realparts.eventlogs",
]
