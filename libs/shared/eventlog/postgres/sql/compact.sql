-- The records from offset $3 to before $4 replace older ones of the same key; the cursor then stands at $4.
-- Below the cursor each key has one record, so a slice removes at most as many records as it has.
-- LATERAL with OFFSET 0 makes PostgreSQL ask record_by_key once for each key, whatever it believes of the table's size;
-- the rows are then named by their place, which nothing else than this changes.
WITH moved AS (
    INSERT INTO compaction AS c (topic, partition, compacted_to)
    VALUES ($1, $2, $4)
    ON CONFLICT (topic, partition) DO UPDATE SET compacted_to = excluded.compacted_to
), newest AS MATERIALIZED (
    SELECT key, max("offset") AS "offset"
    FROM {record}
    WHERE topic = $1 AND partition = $2 AND "offset" >= $3 AND "offset" < $4
    GROUP BY key
)
DELETE FROM {record}
WHERE ctid = ANY (ARRAY(
    SELECT older.place
    FROM newest
    CROSS JOIN LATERAL (
        SELECT r.ctid AS place
        FROM {record} AS r
        WHERE r.topic = $1 AND r.partition = $2 AND r.key = newest.key AND r."offset" < newest."offset"
        OFFSET 0
    ) AS older
))
