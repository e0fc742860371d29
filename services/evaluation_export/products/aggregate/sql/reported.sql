-- The school-months of the two autumns that count as reported: as many pupil-months are here as the report vouches for
-- (see CompletenessChanged). They come on another topic, so the report alone may be ahead of them.
WITH told AS MATERIALIZED (
    SELECT institution_number, municipality_code, month, coalesce(pupil_months, 0) AS pupil_months,
           to_date(month, :month_format) AS first, (to_date(month, :month_format) + interval '1 month')::date AS next
    FROM completeness
    WHERE reported AND month = ANY (CAST(:before AS text[]) || CAST(:after AS text[]))
),
held AS (
    SELECT t.institution_number, t.municipality_code, t.month, count(DISTINCT p.pupil_id) AS pupil_months
    FROM told t
    JOIN membership m
      ON m.institution_number = t.institution_number AND m.municipality_code = t.municipality_code
     AND touches(m.valid_from, m.valid_to, t.first, t.next)
    JOIN pupil_month p ON p.pupil_id = m.pupil_id AND p.month = t.month
    WHERE t.pupil_months > 0
    GROUP BY t.institution_number, t.municipality_code, t.month
)
SELECT t.institution_number, t.municipality_code, t.month
FROM told t
LEFT JOIN held h USING (institution_number, municipality_code, month)
WHERE t.pupil_months <= coalesce(h.pupil_months, 0)
ORDER BY t.institution_number, t.municipality_code, t.month
