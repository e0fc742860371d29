"""Logs the guidance that the secretariat gives, and shows it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID, uuid4

from libs.shared.auth.principal import Principal
from libs.shared.base.clock import danish_date
from libs.shared.base.municipalities import municipality_names
from libs.shared.db.database import ReadSession, WriteSession
from libs.shared.db.order import Order, Place
from libs.shared.privacy.sealed_texts import SealedTexts
from services.registration.access import require_municipality
from services.registration.errors import MunicipalityNotFound, ProjectNotFound
from services.registration.projects import queries as projects
from services.registration.projects.descriptions.use_cases import own_projects
from services.registration.projects.guidance import queries
from services.registration.projects.guidance.errors import GuidanceInFuture, GuidanceNotFound
from services.registration.projects.guidance.queries import Wanted, place
from services.registration.projects.guidance.tables import Guidance

__all__ = ["Given", "Wanted", "get_guidance", "list_guidance", "log_guidance", "place"]


@dataclass(frozen=True, slots=True)
class Given:
    """Guidance that was given on a day, about one project or about none."""

    municipality_code: str
    project_id: UUID | None
    given_on: date
    kind: str
    channel: str
    words: str


async def log_guidance(
    session: WriteSession, texts: SealedTexts, caller: Principal, given: Given, now: datetime
) -> Guidance:
    """Write an entry. Raises ``MunicipalityNotFound``, ``GuidanceInFuture`` and ``ProjectNotFound`` for a project of
    another municipality.
    """
    if given.municipality_code not in municipality_names():
        raise MunicipalityNotFound(pointer="/municipality_code")
    if given.given_on > danish_date(now):
        raise GuidanceInFuture(pointer="/given_on")
    if given.project_id is not None:
        project = await projects.working(session, given.project_id)
        if project is None or project.municipality_code != given.municipality_code:
            raise ProjectNotFound(pointer="/project_id")
    guidance_id = uuid4()
    row = Guidance(
        guidance_id=guidance_id,
        municipality_code=given.municipality_code,
        project_id=given.project_id,
        given_on=given.given_on,
        kind=given.kind,
        channel=given.channel,
        words=texts.seal(guidance_id, "words", given.words),
        created_by=caller.subject,
        created_at=now,
    )
    await queries.add(session, row)
    return row


async def get_guidance(session: ReadSession, caller: Principal, guidance_id: UUID) -> Guidance:
    """An entry; to staff of some schools only one about a project of theirs. Raises ``GuidanceNotFound``."""
    found = await queries.one(session, guidance_id)
    own = await own_projects(session, caller)
    if found is None or (own is not None and found.project_id not in own):
        raise GuidanceNotFound
    return found


async def list_guidance(
    session: ReadSession, caller: Principal, wanted: Wanted, order: Order, *, after: Place | None, size: int
) -> Sequence[Guidance]:
    """Entries of the caller's municipalities; all for the secretariat, and to staff of some schools those about their
    projects. Raises ``MunicipalityNotFound``.
    """
    if wanted.municipality is not None:
        require_municipality(caller, wanted.municipality, pointer="/query/municipality")
    own = await own_projects(session, caller)
    return await queries.listed(session, wanted, own, order, after=after, size=size)
