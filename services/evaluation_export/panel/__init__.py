"""The panel: read models of what the other services tell, one row per aggregate, and the snapshot a delivery reads."""
