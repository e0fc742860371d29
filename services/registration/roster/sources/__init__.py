"""What the files of a source system told of its schools and classes, for those of its files that have changes alone."""
