"""Who a pupil is: history, merges and splits, and what a person decides about."""
