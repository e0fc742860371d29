"""Whether the content is whole: each check returns faults, and none changes anything."""
