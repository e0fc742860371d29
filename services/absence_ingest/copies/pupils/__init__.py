"""The directory of pupils: random ids, lookup keys and memberships of schools, as registration publishes them."""
