"""The event contracts, on the logs and for readers of other makes."""
