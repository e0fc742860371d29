"""Bodies and rows as municipalities really send them, over HTTP to a running platform, with their correct results."""
