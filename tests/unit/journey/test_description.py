"""The journey's project is complete, so that only the rules can refuse it."""

from uuid import UUID

from journey.school import BOOKS, CO_TEACHING, SMALL_GROUP, _project
from libs.shared.descriptions.complete import gaps
from libs.shared.descriptions.document import ProjectDocument

SCHOOLS = [UUID(int=number) for number in (1, 2)]


def test_the_journeys_project_lacks_nothing() -> None:
    for efforts in ([BOOKS], [CO_TEACHING, SMALL_GROUP, BOOKS]):
        asked = _project(SCHOOLS, UUID(int=3), *efforts)
        document = ProjectDocument.model_validate_json(asked.model_dump_json(exclude_unset=True))
        assert [each.pointer for each in gaps(document)] == []
        plan = document.judged_plan
        assert plan is not None
        assert plan.anchoring, "what is described counts as declared"
