"""Identifiers of people and the keys that hide them: parsing, the vault, lookup keys and the blind index.

Three keyed things with three purposes:

- ``Vault`` encrypts values that must be read again (names, CPR numbers, the text of refused rows).
- ``LookupKeys`` turns an incoming identifier into the keyed hash that the pupil event carries; registration and
  absence_ingest share this secret.
- ``BlindIndex`` finds an encrypted value again inside one service; its secret leaves that service never.
"""
