SELECT variant, count(*) AS projects
FROM project, unnest(variants) AS variant
WHERE status = 'approved' AND touches(start, valid_to, :year_start, :year_end)
GROUP BY variant
ORDER BY variant
