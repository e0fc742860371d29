"""The models of the content files, one module per file."""
