SELECT variant, count(*) AS projects
FROM project, unnest(variants) AS variant
WHERE status = 'approved' AND start < :year_end AND "end" > :year_start
GROUP BY variant
ORDER BY variant
