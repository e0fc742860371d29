"""Funding: who is invited, what each gets of the pool, and whom the evaluator compares with."""
