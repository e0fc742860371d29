"""The facts of a screening for many pupils at once, and the outcomes of a municipality by set."""
