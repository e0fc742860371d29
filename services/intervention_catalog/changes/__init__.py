"""The log of publications and withdrawals, in the order in which they became visible."""
