"""What this service does with which event: it keeps what it judges by."""

from collections.abc import Sequence

from libs.shared.contracts.absence import CompletenessChanged, PupilMonthChanged
from libs.shared.contracts.catalog import InterventionTypePublished, RuleSetPublished
from libs.shared.contracts.envelope import Event
from libs.shared.db.database import WriteSession
from libs.shared.delivery.subscriptions import Subscription, Subscriptions, newest
from services.registration.absence.use_cases import keep_completeness, keep_months
from services.registration.catalog.use_cases import keep_intervention_types, keep_rule_sets


async def on_rule_sets(session: WriteSession, events: Sequence[Event[RuleSetPublished]]) -> None:
    """Rule sets; every version is kept, so a batch is not narrowed to the newest of each."""
    await keep_rule_sets(session, [event.data for event in events])


async def on_intervention_types(session: WriteSession, events: Sequence[Event[InterventionTypePublished]]) -> None:
    """Intervention types."""
    await keep_intervention_types(session, [event.data for event in newest(events)])


async def on_pupil_months(session: WriteSession, events: Sequence[Event[PupilMonthChanged]]) -> None:
    """Absence by pupil and month."""
    await keep_months(session, [event.data for event in newest(events)])


async def on_completeness(session: WriteSession, events: Sequence[Event[CompletenessChanged]]) -> None:
    """Which months are reported."""
    await keep_completeness(session, [event.data for event in newest(events)])


SUBSCRIPTIONS = Subscriptions(
    Subscription(InterventionTypePublished, on_intervention_types),
    Subscription(RuleSetPublished, on_rule_sets),
    Subscription(PupilMonthChanged, on_pupil_months),
    Subscription(CompletenessChanged, on_completeness),
)
