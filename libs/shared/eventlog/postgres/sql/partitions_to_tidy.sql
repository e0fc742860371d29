-- Each partition with its floor, the end of what is committed by writers, and how far compaction has looked.
-- The floor is the smallest offset any group has committed there; a living member that owns the partition and has
-- committed nothing yet reads from the start. No group, no bound.
SELECT p.topic, p.partition, p.next_offset, t.compacted, t.retention_hours, t.max_compaction_lag_ms,
       coalesce(min(CASE WHEN m.id IS NULL THEN g.committed ELSE coalesce(g.committed, 0) END), p.next_offset)
           AS floor,
       coalesce(c.compacted_to, 0) AS compacted_to
FROM topic_partition AS p
JOIN topic AS t ON t.name = p.topic
LEFT JOIN compaction AS c ON c.topic = p.topic AND c.partition = p.partition
LEFT JOIN group_partition AS g ON g.topic = p.topic AND g.partition = p.partition
LEFT JOIN group_member AS m
    ON m.group_name = g.group_name AND m.id = g.owner AND m.expires > clock_timestamp()
GROUP BY p.topic, p.partition, p.next_offset, t.compacted, t.retention_hours, t.max_compaction_lag_ms, c.compacted_to
ORDER BY p.topic, p.partition
