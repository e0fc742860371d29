"""The names of the municipalities, as published by registration."""
