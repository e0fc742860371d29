-- At most $4 tombstones of one partition past their time $5. $3 is where compaction stands, or the floor if that is lower:
-- before it, no older state of the key is left that would come back to life.
DELETE FROM {record}
WHERE ctid = ANY (ARRAY(
    SELECT ctid
    FROM {record}
    WHERE topic = $1 AND partition = $2 AND "offset" < $3 AND value IS NULL
      AND created < clock_timestamp() - $5::interval
    ORDER BY "offset"
    LIMIT $4
))
