-- Each partition with the smallest offset any group has committed there; no group, no bound.
SELECT p.topic, p.partition, t.compacted, t.retention_hours, coalesce(min(g.committed), p.next_offset) AS floor
FROM topic_partition AS p
JOIN topic AS t ON t.name = p.topic
LEFT JOIN group_partition AS g ON g.topic = p.topic AND g.partition = p.partition
GROUP BY p.topic, p.partition, t.compacted, t.retention_hours, p.next_offset
ORDER BY p.topic, p.partition
