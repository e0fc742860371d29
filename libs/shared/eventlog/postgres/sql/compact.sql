-- At most $4 records of one partition that a later one of the same key replaces, or tombstones past their time.
-- $3 is the floor: nothing at or beyond the smallest committed offset is touched.
DELETE FROM record AS r
USING (
    SELECT old.topic, old.partition, old."offset"
    FROM record AS old
    LEFT JOIN LATERAL (
        SELECT 1 AS found
        FROM record AS newer
        WHERE newer.topic = old.topic AND newer.partition = old.partition AND newer.key = old.key
          AND newer."offset" > old."offset"
        LIMIT 1
    ) AS later ON true
    WHERE old.topic = $1 AND old.partition = $2 AND old."offset" < $3
      AND (later.found IS NOT NULL OR (old.value IS NULL AND old.created < clock_timestamp() - $5::interval))
    LIMIT $4
) AS gone
WHERE r.topic = gone.topic AND r.partition = gone.partition AND r."offset" = gone."offset"
