-- Of partitions of one topic. From the first record not yet committed, so that what compaction removed at the end does not
-- count permanently.
SELECT held.partition, coalesce(p.next_offset - first."offset", 0) AS lag
FROM unnest($3::integer[]) AS held (partition)
JOIN topic_partition AS p ON p.topic = $2 AND p.partition = held.partition
LEFT JOIN group_partition AS g ON g.group_name = $1 AND g.topic = $2 AND g.partition = held.partition
LEFT JOIN LATERAL (
    SELECT r."offset"
    FROM {record} AS r
    WHERE r.topic = $2 AND r.partition = held.partition AND r."offset" >= coalesce(g.committed, 0)
    ORDER BY r."offset"
    LIMIT 1
) AS first ON true
