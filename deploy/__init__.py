"""How Skoleløft is run: embedded on one machine, or distributed on Kubernetes or docker compose."""
