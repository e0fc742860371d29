"""A request that creates something takes effect once per idempotency key, however often it is sent.

It follows draft-ietf-httpapi-idempotency-key-header. The key is claimed in the transaction of the effect, so both are
written or neither is. Refused and failed requests store nothing, as their transaction is rolled back. Only a reference
to the created object is stored, and a repeated answer is built from the object. So no data is copied, and a caller who
has lost access to the object is refused.

The table is made by ``steps``, called from a service's migrations; imports have receipts with a key of their own.
"""
