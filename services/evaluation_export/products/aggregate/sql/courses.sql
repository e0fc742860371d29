SELECT course_id, variant, unit, delivered, sessions, planned_outcome, delivered_outcome, stated, enrolled, identified
FROM dosage
WHERE touches(start, valid_to, :year_start, :year_end)
ORDER BY variant, unit, delivered, sessions, course_id
