"""What was published and withdrawn, in the one order in which it became visible."""
