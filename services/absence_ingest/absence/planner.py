"""How PostgreSQL plans the statements that judge many days at once.

The planner has no statistics of rows that came a second ago and assumes one row, so it would join by nested loops and
read all pupils once for each row. Without nested loops it joins by hash. Look-ups by key (LATERAL with OFFSET 0) have
no other plan than a loop and keep it. Both settings end with the transaction.
"""

from sqlalchemy import text

HASH_JOINS = "SET LOCAL enable_nestloop = off"
ALL_JOINS = text("SET LOCAL enable_nestloop = on")
"""What the session had before."""
