"""Ground floor: errors, settings and small value types that every other room stands on."""
