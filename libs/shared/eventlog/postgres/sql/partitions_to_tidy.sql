-- Each partition with its floor, the end of what is committed by writers, and how far compaction has looked.
-- The floor is the smallest offset any group has committed there; a member that owns the partition and has committed
-- nothing yet reads from the start. No group, no bound.
SELECT p.topic, p.partition, p.next_offset, t.compacted, t.retention_hours,
       coalesce(min(CASE WHEN g.owner IS NULL THEN g.committed ELSE coalesce(g.committed, 0) END), p.next_offset)
           AS floor,
       coalesce(c.compacted_to, 0) AS compacted_to
FROM topic_partition AS p
JOIN topic AS t ON t.name = p.topic
LEFT JOIN compaction AS c ON c.topic = p.topic AND c.partition = p.partition
LEFT JOIN group_partition AS g ON g.topic = p.topic AND g.partition = p.partition
GROUP BY p.topic, p.partition, p.next_offset, t.compacted, t.retention_hours, c.compacted_to
ORDER BY p.topic, p.partition
