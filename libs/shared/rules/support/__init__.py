"""The support ladder: levels 1–5 and 3T, and what a plan or a referral at a level must contain."""
