"""What a municipality was granted: the release when its project is approved, and what it passes on to its schools."""
