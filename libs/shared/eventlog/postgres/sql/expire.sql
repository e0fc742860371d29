-- Of the $4 oldest records of one partition before the floor $3, those older than its retention $5. Records are as old as
-- their order says, so when one of the oldest stays, those behind it need no look.
DELETE FROM {record}
WHERE ctid = ANY (ARRAY(
    SELECT oldest.place
    FROM (
        SELECT ctid AS place, created
        FROM {record}
        WHERE topic = $1 AND partition = $2 AND "offset" < $3
        ORDER BY "offset"
        LIMIT $4
    ) AS oldest
    WHERE oldest.created < clock_timestamp() - $5::interval
))
