"""Screening: which pupils the school should look at. Being on the gross list decides nothing."""
