SELECT "offset", key, names, contents, value, (extract(epoch FROM created) * 1000)::bigint AS created
FROM {record}
WHERE topic = $1 AND partition = $2 AND "offset" >= $3
ORDER BY "offset"
LIMIT $4
