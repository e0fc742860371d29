"""Every event model, by type and version."""

from libs.shared.contracts import absence, catalog, registration
from libs.shared.contracts.state import State

MODELS: tuple[type[State], ...] = (
    catalog.InterventionTypePublished,
    catalog.RuleSetPublished,
    catalog.SupportLevelPublished,
    catalog.TrialActionPublished,
    catalog.RecommendationPublished,
    registration.MunicipalityChanged,
    registration.SchoolChanged,
    registration.CalendarChanged,
    registration.ClassChanged,
    registration.PupilChanged,
    registration.ProjectChanged,
    registration.EnrolmentChanged,
    registration.DosageChanged,
    registration.ScreeningChanged,
    absence.PupilMonthChanged,
    absence.CompletenessChanged,
)

EVENTS: dict[tuple[str, int], type[State]] = {(model.TYPE, model.VERSION): model for model in MODELS}

NEWEST: dict[str, int] = {}
for _model in MODELS:
    NEWEST[_model.TYPE] = max(NEWEST.get(_model.TYPE, 0), _model.VERSION)
