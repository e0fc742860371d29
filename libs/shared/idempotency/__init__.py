"""A request that creates something takes effect once per idempotency key, however often it is sent.

Follows draft-ietf-httpapi-idempotency-key-header. The key is claimed in the transaction of the effect, so there is no
moment at which one is written without the other. Refused and failed requests leave nothing: their transaction is
rolled back. Of what was created only the reference is kept, and the answer is built from it again. So there is no
second copy of anybody's data, and whoever has lost the right to it is refused.

The table comes by ``steps``, called from a service's migrations; imports have receipts with a key of their own.
"""
