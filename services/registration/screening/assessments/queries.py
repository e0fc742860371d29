"""Writes and reads assessments and their versions."""

from collections.abc import Collection
from uuid import UUID, uuid4

from sqlalchemy import text
from sqlmodel import col, select

from libs.shared.db.database import ReadSession, WriteSession
from libs.shared.db.order import Order, Place, Sortable, parameters
from libs.shared.privacy.sealed_texts import SealedTexts
from services.registration.roster.merging.following import Left
from services.registration.screening.assessments.domain import (
    Assessment,
    AssessmentFilter,
    ListedAssessment,
    Status,
    Version,
    read,
    written,
)
from services.registration.screening.assessments.tables import AssessmentPupil, AssessmentRow, AssessmentVersion

_ANSWERS = "answers"
_ORDERS = {
    "as_of": Sortable("a.as_of", "date"),
    "changed_at": Sortable("a.changed_at", "timestamptz"),
    "status": Sortable("a.status"),
}
_OF_PUPIL = text("""
SELECT a.assessment_id, k.institution_number, a.as_of
  FROM assessment_pupil AS p JOIN assessment AS a USING (assessment_id) JOIN school AS k USING (school_id)
 WHERE p.pupil_id = :pupil_id
""")

_MOVE = text("""
UPDATE assessment_pupil SET pupil_id = :to_id WHERE pupil_id = :from_id AND assessment_id = ANY(CAST(:ids AS uuid[]))
""")

_LIST = """
SELECT a.assessment_id, a.school_id, h.institution_number, a.as_of, a.status, a.version, n.pupils, a.created_at,
       a.changed_at
  FROM assessment AS a JOIN school AS h USING (school_id)
  JOIN LATERAL (SELECT count(*) AS pupils FROM assessment_pupil AS p WHERE p.assessment_id = a.assessment_id) AS n
    ON true
 WHERE a.municipality_code = :code
   AND (CAST(:numbers AS text[]) IS NULL OR h.institution_number = ANY(CAST(:numbers AS text[])))
   AND (CAST(:school_id AS uuid) IS NULL OR a.school_id = :school_id)
   AND (CAST(:status AS text) IS NULL OR a.status = :status) AND {after}
 ORDER BY {order} LIMIT :size
"""


async def add(session: WriteSession, vault: SealedTexts, made: Assessment) -> None:
    """Write a new assessment with its pupils and its first version."""
    session.add(
        AssessmentRow(
            assessment_id=made.assessment_id,
            municipality_code=made.municipality_code,
            school_id=made.school_id,
            as_of=made.as_of,
            rule_set=made.rule_set,
            rule_set_version=made.rule_set_version,
            status=made.saved.status,
            version=made.saved.version,
            created_by=made.created_by,
            created_at=made.created_at,
            changed_at=made.saved.saved_at,
        )
    )
    await session.flush()
    session.add_all(
        AssessmentPupil(assessment_id=made.assessment_id, pupil_id=each, municipality_code=made.municipality_code)
        for each in made.pupil_ids
    )
    await _add_version(session, vault, made, made.saved)


async def save(session: WriteSession, vault: SealedTexts, found: Assessment, saved: Version) -> None:
    """Write another version; the versions before stay."""
    row = await session.get_one(AssessmentRow, found.assessment_id)
    row.status, row.version, row.changed_at = saved.status, saved.version, saved.saved_at
    await _add_version(session, vault, found, saved)


async def _add_version(session: WriteSession, vault: SealedTexts, of: Assessment, saved: Version) -> None:
    version_id = uuid4()
    session.add(
        AssessmentVersion(
            version_id=version_id,
            assessment_id=of.assessment_id,
            version=saved.version,
            municipality_code=of.municipality_code,
            status=saved.status,
            answers=vault.seal(version_id, _ANSWERS, written(saved.answers)),
            saved_by=saved.saved_by,
            saved_at=saved.saved_at,
        )
    )
    await session.flush()


async def one(session: ReadSession, vault: SealedTexts, assessment_id: UUID) -> Assessment | None:
    """The assessment, if the session may see it."""
    return await _read(session, vault, await session.get(AssessmentRow, assessment_id))


async def locked(session: WriteSession, vault: SealedTexts, assessment_id: UUID) -> Assessment | None:
    """The same, with its row locked until the transaction ends."""
    return await _read(session, vault, await session.get(AssessmentRow, assessment_id, with_for_update=True))


async def _read(session: ReadSession, vault: SealedTexts, row: AssessmentRow | None) -> Assessment | None:
    if row is None:
        return None
    of_row = select(AssessmentPupil.pupil_id).where(col(AssessmentPupil.assessment_id) == row.assessment_id)
    pupil_ids = (await session.execute(of_row.order_by(col(AssessmentPupil.pupil_id)))).scalars().all()
    (saved,) = await versions(session, vault, row.assessment_id, order=Order("version", True), after=None, size=1)
    return Assessment(
        assessment_id=row.assessment_id,
        municipality_code=row.municipality_code,
        school_id=row.school_id,
        pupil_ids=tuple(pupil_ids),
        as_of=row.as_of,
        rule_set=row.rule_set,
        rule_set_version=row.rule_set_version,
        created_by=row.created_by,
        created_at=row.created_at,
        saved=saved,
    )


async def of_pupil(session: ReadSession, pupil_id: UUID) -> list[Left]:
    """The assessments that are about a pupil."""
    return [Left("assessment", *row) for row in await session.execute(_OF_PUPIL, {"pupil_id": pupil_id})]


async def move(session: WriteSession, from_id: UUID, to_id: UUID, ids: Collection[UUID]) -> None:
    """Make these assessments of one pupil assessments of another one."""
    await session.execute(_MOVE, {"from_id": from_id, "to_id": to_id, "ids": sorted(ids)})


async def versions(
    session: ReadSession, vault: SealedTexts, assessment_id: UUID, *, order: Order, after: Place | None, size: int
) -> list[Version]:
    """A page of the assessment's versions by number."""
    version = col(AssessmentVersion.version)
    wanted = select(AssessmentVersion).where(col(AssessmentVersion.assessment_id) == assessment_id)
    if after is not None:
        last = int(after.value)
        wanted = wanted.where(version < last if order.descending else version > last)
    by = wanted.order_by(version.desc() if order.descending else version.asc()).limit(size)
    return [
        Version(
            version=each.version,
            status=Status(each.status),
            answers=read(vault.open(each.version_id, _ANSWERS, each.answers)),
            saved_by=each.saved_by,
            saved_at=each.saved_at,
        )
        for each in (await session.execute(by)).scalars()
    ]


async def page(
    session: ReadSession, code: str, wanted: AssessmentFilter, *, order: Order, after: Place | None, size: int
) -> list[ListedAssessment]:
    """A page of the municipality's assessments."""
    condition, by = order.sql(_ORDERS, Sortable("a.assessment_id", "uuid"))
    given = {
        "code": code,
        "numbers": None if wanted.numbers is None else list(wanted.numbers),
        "school_id": wanted.school_id,
        "status": wanted.status,
        "size": size,
        **parameters(after),
    }
    rows = await session.execute(text(_LIST.format(after=condition, order=by)), given)
    return [ListedAssessment(**row) for row in rows.mappings()]
