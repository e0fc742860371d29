"""Bundles of all products: tables, documents, archive, checks, and the store that holds them in pieces."""
