"""The four services. They meet in ``libs/shared/contracts`` and over HTTP, never by import."""
