"""Evaluation export: deliveries are ordered, built and handed out here.

Owns deliveries: frozen, reproducible bundles with codebook, population flow, completeness and disclosure report.
Publishes nothing yet. Consumes the events of registration and absence_ingest from which tables are made (municipality,
school, calendar, class, pupil, project, enrolment, dosage, pupil-month, completeness) and the catalog's intervention
types. It has no name, no CPR number and no lookup key.
"""
