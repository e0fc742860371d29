-- At most $4 records of one partition older than its retention, and before the floor $3.
DELETE FROM record AS r
USING (
    SELECT topic, partition, "offset"
    FROM record
    WHERE topic = $1 AND partition = $2 AND "offset" < $3 AND created < clock_timestamp() - $5::interval
    ORDER BY "offset"
    LIMIT $4
) AS gone
WHERE r.topic = gone.topic AND r.partition = gone.partition AND r."offset" = gone."offset"
