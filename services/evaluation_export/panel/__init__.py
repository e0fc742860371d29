"""The panel: read models of what the other services publish, one row per aggregate, and the periods to read them by."""
