"""Project descriptions: schools plan them, the rules judge them, and the secretariat approves them."""
