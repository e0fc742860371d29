"""HTTP translation, one file per resource."""
