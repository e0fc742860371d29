"""Published content of the four kinds. A record is never changed; a new version with its own validity is added."""
