"""What this service does with which event: it keeps the newest state in its read models."""

from collections.abc import Sequence
from typing import Any

from libs.shared.contracts.absence import CompletenessChanged, PupilMonthChanged
from libs.shared.contracts.catalog import InterventionTypePublished
from libs.shared.contracts.envelope import Event
from libs.shared.contracts.registration import (
    CalendarChanged,
    ClassChanged,
    DeliveryChanged,
    EnrolmentChanged,
    MunicipalityChanged,
    ProjectChanged,
    PupilChanged,
    SchoolChanged,
)
from libs.shared.contracts.state import State
from libs.shared.db.database import WriteSession
from libs.shared.delivery.subscriptions import Handler, Subscription, Subscriptions, newest
from services.evaluation_export.metadata import Table
from services.evaluation_export.panel import tables
from services.evaluation_export.panel.upserts import replace_memberships, table_of, upsert


def _keep(model: type[State], table: type[Table]) -> Subscription[Any]:
    """Copy the fields that the table has."""
    columns = {column.name for column in table_of(table).columns}

    async def handle(session: WriteSession, events: Sequence[Event[Any]]) -> None:
        await upsert(session, table, [e.data.model_dump(mode="json", include=columns) for e in newest(events)])

    handler: Handler[Any] = handle
    return Subscription(model, handler)


async def keep_pupils(session: WriteSession, events: Sequence[Event[PupilChanged]]) -> None:
    """Pupils with their memberships, which are replaced whole when the pupil's state is newer."""
    states = [event.data for event in newest(events)]
    columns = {column.name for column in table_of(tables.Pupil).columns}
    changed = set(await upsert(session, tables.Pupil, [s.model_dump(mode="json", include=columns) for s in states]))
    kept = {column.name for column in table_of(tables.Membership).columns}
    memberships = [
        {
            "pupil_id": str(state.pupil_id),
            "municipality_code": state.municipality_code,
            **membership.model_dump(mode="json", include=kept),
        }
        for state in states
        if state.pupil_id in changed
        for membership in state.memberships
    ]
    await replace_memberships(session, sorted(changed), memberships)


async def keep_dosage(session: WriteSession, events: Sequence[Event[DeliveryChanged]]) -> None:
    """What courses have delivered, with the verdicts that a table shows."""
    columns = {column.name for column in table_of(tables.Dosage).columns}
    rows = []
    for event in newest(events):
        outcomes = {verdict.stage: verdict.outcome for verdict in event.data.verdicts}
        rows.append(
            {
                **event.data.model_dump(mode="json", include=columns),
                "planned_outcome": outcomes.get("planned"),
                "delivered_outcome": outcomes.get("delivered"),
            }
        )
    await upsert(session, tables.Dosage, rows)


SUBSCRIPTIONS = Subscriptions(
    _keep(InterventionTypePublished, tables.InterventionType),
    _keep(MunicipalityChanged, tables.Municipality),
    _keep(SchoolChanged, tables.School),
    _keep(CalendarChanged, tables.Calendar),
    _keep(ClassChanged, tables.Class),
    Subscription(PupilChanged, keep_pupils),
    _keep(ProjectChanged, tables.Project),
    _keep(EnrolmentChanged, tables.Enrolment),
    Subscription(DeliveryChanged, keep_dosage),
    _keep(PupilMonthChanged, tables.PupilMonth),
    _keep(CompletenessChanged, tables.Completeness),
)
