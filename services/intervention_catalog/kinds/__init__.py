"""The kinds of content: model, address and event of each. Pure, but for the routes of themes."""
