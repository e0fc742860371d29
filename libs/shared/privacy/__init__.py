"""Identifiers of people and the keys that protect them: parsing, the vault, lookup keys and the blind index.

Three keyed objects with three purposes:

- ``Vault`` encrypts values that must be read again (names, CPR numbers, the text of refused rows).
- ``LookupKeys`` turns an incoming identifier into the keyed hash in the pupil event; registration and absence_ingest
  share this secret.
- ``BlindIndex`` finds an encrypted value inside one service; its secret never leaves that service.
"""
