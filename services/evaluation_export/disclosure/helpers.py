from services.evaluation_export.disclosure.programme import Part
from services.evaluation_export.disclosure.release import Cell
from services.evaluation_export.disclosure.targets import Target


def helpers(part: Part, target: Target, fixed: frozenset[Cell]) -> tuple[Cell, ...]:
    return ()
