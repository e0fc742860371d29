"""End to end: HTTP, files and the bus only."""
