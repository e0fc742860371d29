"""The roster: single schools, classes and pupils, the change feed, protected names and identity coverage."""
