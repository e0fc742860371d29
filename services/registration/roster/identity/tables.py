"""The person behind pupil ids of several municipalities."""

from uuid import UUID

from sqlmodel import Field

from services.registration.metadata import Table


class Person(Table, table=True):
    """A CPR number's blind index value (hex, by one key) and the random id of the person.

    A person has a row per key of the ring. The table belongs to no municipality; only the identity access can read it.
    """

    __tablename__ = "person"

    key_id: str = Field(primary_key=True)
    value: str = Field(primary_key=True)
    person_id: UUID
