"""The groups and persons of one institution, taken one by one as their elements end."""

from collections import Counter
from collections.abc import Collection, Mapping

from libs.shared.files.errors import FieldError
from libs.shared.files.kinds.source_errors import (
    GROUP_REPEATED,
    LEVEL_UNKNOWN,
    MAIN_GROUP_NO_CLASS,
    MAIN_GROUP_UNKNOWN,
    PERSON_REPEATED,
    ROLE_UNKNOWN,
)
from libs.shared.files.skolegrunddata.limits import MOST_GROUPS, MOST_PERSONS
from libs.shared.files.skolegrunddata.problems import GroupsAfterPersons, TooManyGroups, TooManyPersons
from libs.shared.files.skolegrunddata.rows import Class, Place, Row, error, pupil_row
from libs.shared.files.skolegrunddata.vocabulary import CLASS_TYPE, GRADES, OTHER_LEVELS, OTHER_ROLES, PUPIL_ROLE


class Members:
    """Makes rows of groups and persons, and counts in ``ignored`` those that are not kept.

    Ids of groups and pupils are held as hashes of 8 bytes. ``groups`` and ``persons`` count all, kept or not.
    """

    def __init__(self, ignored: Counter[str]) -> None:
        self.groups = 0
        self.persons = 0
        self._ignored = ignored
        self._classes: list[Class] = []
        self._by_id: dict[int, tuple[int, Class | None]] = {}
        self._pupils: dict[int, int] = {}

    def group(self, values: Mapping[str, str], line: int) -> None:
        """A group with its elements, which starts at ``line`` of the file. Raises ``TooManyGroups`` or
        ``GroupsAfterPersons``.
        """
        self.groups += 1
        if self.persons:
            raise GroupsAfterPersons
        if self.groups > MOST_GROUPS:
            raise TooManyGroups(limit=MOST_GROUPS)
        group_id = values.get("GroupId", "")
        known = self._by_id.get(hash(group_id))
        if values.get("GroupType") != CLASS_TYPE:
            self._ignored["other_groups"] += 1
            self._by_id.setdefault(hash(group_id), (self.groups, None))
            return
        found = Class.of(self.groups, values, line)
        if not group_id:
            found.errors.append(error("value.required", "GroupId", ""))
        elif known is not None:
            found.errors.append(error(GROUP_REPEATED, "GroupId", group_id, first_row=known[0]))
        else:
            self._by_id[hash(group_id)] = (self.groups, found)
        self._classes.append(found)

    def person(self, values: Mapping[str, str], sorts: Collection[str], place: Place, line: int) -> Row | None:
        """A person with the elements of its own, which starts at ``line`` of the file. ``sorts`` are those of Student,
        Employee and Extern that it has.

        The row of a pupil; None for others. Raises ``TooManyPersons``.
        """
        self.persons += 1
        if self.persons > MOST_PERSONS:
            raise TooManyPersons(limit=MOST_PERSONS)
        if "Employee" in sorts:
            self._ignored["employees"] += 1
        if "Extern" in sorts:
            self._ignored["externs"] += 1
        if "Student" not in sorts:
            self._ignored["other_persons"] += not sorts
            return None
        role = values.get("Role", "")
        if role in OTHER_ROLES:
            self._ignored["other_roles"] += 1
            return None
        group_id = values.get("MainGroupId", "")
        known = self._by_id.get(hash(group_id)) if group_id else None
        found = known[1] if known else None
        level = values.get("Level", "")
        if level in OTHER_LEVELS and (found is None or found.level not in GRADES):
            self._ignored["other_levels"] += 1
            return None
        errors: list[FieldError] = []
        if role != PUPIL_ROLE:
            errors.append(error(ROLE_UNKNOWN, "Role", role))
        if level and level not in GRADES and level not in OTHER_LEVELS:
            errors.append(error(LEVEL_UNKNOWN, "Level", level))
        if known is None:
            errors.append(error(MAIN_GROUP_UNKNOWN, "MainGroupId", group_id))
        elif found is None:
            errors.append(error(MAIN_GROUP_NO_CLASS, "MainGroupId", group_id))
        elif level in GRADES:
            found.grades[GRADES[level]] += 1
        if (first := self._repeated(values)) is not None:
            errors.append(error(PERSON_REPEATED, "LocalPersonId", values["LocalPersonId"], first_row=first))
        return pupil_row(self.persons, values, found, place, errors, file_line=line)

    def classes(self, place: Place) -> list[Row]:
        """The rows of the classes, once all persons are known."""
        rows: list[Row] = []
        for found in self._classes:
            if found.grade is None and not found.errors:
                self._ignored["classes_without_grade"] += 1
            else:
                rows.append(found.row(place))
        return rows

    def _repeated(self, values: Mapping[str, str]) -> int | None:
        """The number of the pupil who has the same id in the same source before this one."""
        local_id = values.get("LocalPersonId")
        if not local_id:
            return None
        first = self._pupils.setdefault(hash((values.get("source", ""), local_id)), self.persons)
        return first if first != self.persons else None
