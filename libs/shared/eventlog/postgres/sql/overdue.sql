-- The first record at or after $3 that was written within the last $4, which is where what compaction must no longer
-- spare ends; none, if all are older. Records are as old as their order says.
SELECT "offset"
FROM {record}
WHERE topic = $1 AND partition = $2 AND "offset" >= $3 AND created >= clock_timestamp() - $4::interval
ORDER BY "offset"
LIMIT 1
