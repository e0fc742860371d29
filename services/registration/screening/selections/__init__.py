"""Selections: the human decision about a pupil, a group or a class, with who, when, why and the parents' dialogue."""
