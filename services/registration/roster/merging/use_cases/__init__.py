"""The use cases of merging, splitting and the history of pupils."""
