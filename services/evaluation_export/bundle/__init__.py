"""Bundles, whatever the product: tables, documents, archive, checks, and the store that holds them in pieces."""
