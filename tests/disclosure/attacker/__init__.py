"""An attacker who has the released files, their codebook and a solver, and none of our code."""
