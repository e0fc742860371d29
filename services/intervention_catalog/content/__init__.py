"""The packaged content: what the library's data seeds the catalog with."""
