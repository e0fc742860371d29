-- From the first record not yet committed, so that what compaction removed at the end does not count for ever.
SELECT held.topic, held.partition, coalesce(p.next_offset - first."offset", 0) AS lag
FROM unnest($2::text[], $3::integer[]) AS held (topic, partition)
JOIN topic_partition AS p ON p.topic = held.topic AND p.partition = held.partition
LEFT JOIN group_partition AS g ON g.group_name = $1 AND g.topic = held.topic AND g.partition = held.partition
LEFT JOIN LATERAL (
    SELECT r."offset"
    FROM record AS r
    WHERE r.topic = held.topic AND r.partition = held.partition AND r."offset" >= coalesce(g.committed, 0)
    ORDER BY r."offset"
    LIMIT 1
) AS first ON true
