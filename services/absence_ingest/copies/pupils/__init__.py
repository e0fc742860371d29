"""The directory of pupils: random ids, lookup keys and when they were at which school, as registration tells."""
