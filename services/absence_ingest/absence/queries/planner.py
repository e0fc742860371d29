"""How PostgreSQL plans the statements that judge many days at once.

The planner has no statistics of rows that were just inserted and assumes one row, so it would join by nested loops and
read all pupils once for each row. Without nested loops it uses hash joins. Look-ups by key (LATERAL with OFFSET 0) can
only be planned as a loop, so they do not change. Both settings end with the transaction.
"""

from sqlalchemy import text

HASH_JOINS = "SET LOCAL enable_nestloop = off"
ALL_JOINS = text("SET LOCAL enable_nestloop = on")
"""The session's default."""
