"""Measurements of Skoleløft, each figure beside a named limit or a peer of the same run."""
