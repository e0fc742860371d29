"""Schools and their school days, as registration tells."""
