"""Composition: whether the combination of efforts in a plan, and what is declared of them, meets the rules."""
