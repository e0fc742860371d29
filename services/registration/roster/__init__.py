"""The roster: who takes part, which schools and classes there are, and which pupils are in them."""
