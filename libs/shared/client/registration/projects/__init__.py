"""Projects and guidance as their callers use them."""
