-- The partitions that reach beyond what the member has read, in the order asked for.
SELECT p.topic, p.partition, p.next_offset
FROM unnest($1::text[], $2::integer[], $3::bigint[]) WITH ORDINALITY AS held (topic, partition, position, turn)
JOIN topic_partition AS p ON p.topic = held.topic AND p.partition = held.partition
WHERE p.next_offset > held.position
ORDER BY held.turn
