SELECT course_id, variant, unit, delivered, sessions, planned_outcome, delivered_outcome
FROM dosage
WHERE start < :year_end AND "end" > :year_start
ORDER BY variant, unit, delivered, sessions, course_id
