"""Rule sets: versions of the rules for screening, plans and dosage."""
