"""Which months a school has reported: in the others, no record is not zero absence."""
