"""The intervention catalog: what schools can use, what other municipalities have tried, and the rules in force.

It owns the intervention types A–E with their variants, the support levels, the trial actions, the recommendations, and
the rule sets. Published records are never changed: a change or a withdrawal adds a new record. New content starts as a
draft. Everybody may read what is published.

Publishes catalog.intervention-type, catalog.support-level, catalog.trial-action, catalog.recommendation and
catalog.rule-set. Consumes nothing.
"""
