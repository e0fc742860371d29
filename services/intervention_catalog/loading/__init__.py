"""Publishes the packaged content that is new or has changed."""
