"""The shares of vulnerable school-age children by which municipalities are invited and the pool is divided."""
