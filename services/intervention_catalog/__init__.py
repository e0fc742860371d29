"""The intervention catalog: what may be used, and by which rules it is judged.

Owns the intervention types A–E with their variants, and the rule sets. What is published is never changed: a change
is a new version in a row of its own, and the newest is the one in use. The content is nobody's secret and open to read.

Publishes catalog.intervention-type and catalog.rule-set. Consumes nothing.
"""
