"""The panel: read models of the other services' events, one row per aggregate, and the periods for reading them."""
