-- Only what the member still owns; the caller compares the number of rows and rolls back.
UPDATE group_partition AS g
SET committed = wanted.next
FROM unnest($3::text[], $4::integer[], $5::bigint[]) AS wanted (topic, partition, next)
WHERE g.group_name = $1 AND g.owner = $2 AND g.topic = wanted.topic AND g.partition = wanted.partition
RETURNING 1
