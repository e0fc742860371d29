"""The bytes of bundles, in pieces."""

from uuid import UUID

from sqlalchemy import BigInteger, Column, ForeignKey, LargeBinary
from sqlmodel import Field

from services.evaluation_export.metadata import Table


class BundleChunk(Table, table=True):
    """A piece of a bundle; ``start`` is the offset of its first byte. It is stored uncompressed, so that a part of it
    can be read.
    """

    __tablename__ = "bundle_chunk"

    delivery_id: UUID = Field(sa_column=Column(ForeignKey("delivery.id"), primary_key=True))
    start: int = Field(sa_column=Column(BigInteger, primary_key=True, autoincrement=False))
    content: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
