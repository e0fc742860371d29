"""Which months a school has reported: in other months a missing record does not mean zero absence."""
