"""Funding: which municipalities are invited, what each gets of the pool, and which the evaluator compares with."""
