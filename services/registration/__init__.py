"""Registration: the municipalities that take part, the pupils of each school, the planned efforts and the dosage given.

Owns municipalities, schools, calendars, classes, pupils and their identity, indicators, selections, projects and
courses. It is the only service that holds CPR numbers, names and UNI-Logins, each encrypted.

Publishes registration.municipality, registration.school, registration.calendar, registration.class, registration.pupil,
registration.project, registration.enrolment and registration.dosage. Consumes catalog.intervention-type,
catalog.rule-set, absence.pupil-month and absence.completeness.
"""
