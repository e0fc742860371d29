"""Indicators: national tests, teacher marks and the assessment of education readiness."""
