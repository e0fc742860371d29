"""Schools and their school days, as registration publishes them."""
