"""The event contracts, on the logs and for readers that use other software."""
