"""From the words typed to a query on the index: concepts, their synonyms and related terms, weights, filters."""
