"""Initiatives: shares, invitations, answers, allocations and what is passed on to schools."""
