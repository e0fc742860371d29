"""An attacker that has the released files, their codebook and a solver, but no code of the product."""
