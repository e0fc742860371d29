-- Take each partition's next offsets. The rows were locked in order before; they stay locked to commit.
UPDATE topic_partition AS p
SET next_offset = p.next_offset + wanted.records
FROM unnest($1::text[], $2::integer[], $3::bigint[]) AS wanted (topic, partition, records)
WHERE p.topic = wanted.topic AND p.partition = wanted.partition
RETURNING p.topic, p.partition, p.next_offset - wanted.records AS first
