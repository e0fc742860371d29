"""End to end: the tests use only HTTP, files and the event bus."""
