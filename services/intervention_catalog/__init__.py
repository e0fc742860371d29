"""The intervention catalog: what may be used, what others tried, and by which rules is judged.

Owns the intervention types A–E with their variants, the support levels, the trial actions, the recommendations, and
the rule sets. What is published is never changed: a change or a withdrawal is a new record, and drafts come before.
The content is nobody's secret and open to read.

Publishes catalog.intervention-type, catalog.support-level, catalog.trial-action, catalog.recommendation and
catalog.rule-set. Consumes nothing.
"""
