"""Months as the bits of a mask, so that all months are counted in one pass."""

MONTHS = 24
"""The latest and the current school year; the first month has bit 0."""

ROWS_BY_MONTH = f"ARRAY[{', '.join(f'count(*) FILTER (WHERE months & {1 << bit} > 0)' for bit in range(MONTHS))}]"
"""SQL: the number of rows whose mask ``months`` has a month, by the month's number from 1."""
