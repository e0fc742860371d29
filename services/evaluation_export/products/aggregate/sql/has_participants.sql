SELECT EXISTS (SELECT FROM enrolment WHERE touches(valid_from, valid_to, :year_start, :year_end))
