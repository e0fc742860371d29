-- In one order everywhere, so that two appends to the same partitions never wait for each other in a ring.
SELECT 1
FROM topic_partition
WHERE (topic, partition) IN (SELECT * FROM unnest($1::text[], $2::integer[]))
ORDER BY topic, partition
FOR NO KEY UPDATE
