"""Rule sets: versions of the rules that screening, plans and dosage are judged by."""
