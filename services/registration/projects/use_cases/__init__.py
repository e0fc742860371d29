"""What several use cases of projects have in common: the desk at which a change is written, and the grant."""
