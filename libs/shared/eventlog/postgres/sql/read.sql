-- The length of a value is known without reading the value, so records past the limit of bytes are not read.
SELECT "offset", key, names, contents, value, (extract(epoch FROM created) * 1000)::bigint AS created
FROM (
    SELECT few.*, sum(octet_length(value)) OVER (
        ORDER BY "offset" ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
    ) AS before
    FROM (
        SELECT "offset", key, names, contents, value, created
        FROM {record}
        WHERE topic = $1 AND partition = $2 AND "offset" >= $3
        ORDER BY "offset"
        LIMIT $4
    ) AS few
) AS weighed
WHERE coalesce(before, 0) < $5
ORDER BY "offset"
