"""How many pupils are identified well enough to be followed in registers, who is not, and what to do about it."""
