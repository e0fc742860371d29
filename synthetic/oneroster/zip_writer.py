"""Writes CSV files into a zip one after another: memory does not grow with them."""

import io
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Self

from libs.shared.base.spreadsheets import csv_line

COLUMNS: Mapping[str, tuple[str, ...]] = {
    "manifest.csv": ("propertyName", "value"),
    "academicSessions.csv": (
        *("sourcedId", "status", "dateLastModified", "title", "type", "startDate", "endDate"),
        *("parentSourcedId", "schoolYear"),
    ),
    "orgs.csv": ("sourcedId", "status", "dateLastModified", "name", "type", "identifier", "parentSourcedId"),
    "courses.csv": (
        *("sourcedId", "status", "dateLastModified", "schoolYearSourcedId", "title", "courseCode", "grades"),
        *("orgSourcedId", "subjects", "subjectCodes"),
    ),
    "classes.csv": (
        *("sourcedId", "status", "dateLastModified", "title", "grades", "courseSourcedId", "classCode", "classType"),
        *("location", "schoolSourcedId", "termSourcedIds", "subjects", "subjectCodes", "periods"),
        "metadata.dk.classKind",
    ),
    "users.csv": (
        *("sourcedId", "status", "dateLastModified", "enabledUser", "username", "userIds", "givenName", "familyName"),
        *("middleName", "identifier", "email", "sms", "phone", "agentSourcedIds", "grades", "password"),
        *("userMasterIdentifier", "resourceSourcedIds", "preferredGivenName", "preferredMiddleName"),
        *("preferredFamilyName", "primaryOrgSourcedId", "pronouns", "metadata.dk.nameProtected"),
    ),
    "roles.csv": (
        *("sourcedId", "status", "dateLastModified", "userSourcedId", "roleType", "role", "beginDate", "endDate"),
        *("orgSourcedId", "userProfileSourcedId"),
    ),
    "userProfiles.csv": (
        *("sourcedId", "status", "dateLastModified", "userSourcedId", "profileType", "vendorId", "applicationId"),
        *("description", "credentialType", "username", "password"),
    ),
    "enrollments.csv": (
        *("sourcedId", "status", "dateLastModified", "classSourcedId", "schoolSourcedId", "userSourcedId", "role"),
        *("primary", "beginDate", "endDate"),
    ),
    "demographics.csv": ("sourcedId", "status", "dateLastModified", "birthDate", "sex"),
}
"""The files that are written, with their columns in the standard's order."""

_NOT_WRITTEN = (
    *("categories", "classResources", "courseResources", "lineItemLearningObjectiveIds", "lineItems"),
    *("lineItemScoreScales", "resources", "resultLearningObjectiveIds", "results", "resultScoreScales"),
    *("scoreScales", "userResources"),
)


class Writer:
    """Writes the rows of one file. ``rows`` counts them."""

    def __init__(self, to: io.TextIOWrapper, file: str, modified: str) -> None:
        self.rows = 0
        self._columns = COLUMNS[file]
        self._modified = modified
        self._to = to
        self._to.write(csv_line(self._columns))

    def row(self, values: Mapping[str, str], status: str = "active") -> int:
        """A row by the names of its columns; returns its number. Only a delta has status and moment."""
        stated = {"status": status, "dateLastModified": self._modified} if self._modified else {}
        shown = {**stated, **values}
        self._to.write(csv_line(shown.get(name, "") for name in self._columns))
        self.rows += 1
        return self.rows


class ZipWriter:
    """A zip that is being written; a context manager. ``moment`` is when it is made, as its files are dated."""

    def __init__(self, path: Path, moment: datetime) -> None:
        self._zip = zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=6)
        self._moment = moment

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._zip.close()

    @contextmanager
    def file(self, name: str, modified: str = "") -> Iterator[Writer]:
        """A file of the zip; ``modified`` is the moment of change of all its rows, in a delta."""
        made = self._moment
        info = zipfile.ZipInfo(name, (made.year, made.month, made.day, made.hour, made.minute, made.second))
        info.compress_type = zipfile.ZIP_DEFLATED
        with self._zip.open(info, "w") as to, io.TextIOWrapper(to, "utf-8", newline="") as text:
            yield Writer(text, name, modified)

    def manifest(self, source: str, mode: str, files: Sequence[str]) -> None:
        """The manifest: ``files`` are in the zip, the other files of the standard absent."""
        with self.file("manifest.csv") as to:
            properties = {"manifest.version": "1.0", "oneroster.version": "1.2"}
            for name in sorted({*COLUMNS, *(f"{each}.csv" for each in _NOT_WRITTEN)} - {"manifest.csv"}):
                properties[f"file.{name.removesuffix('.csv')}"] = mode if name in files else "absent"
            properties |= {"source.systemName": source, "source.systemCode": "PA"}
            for name, value in properties.items():
                to.row({"propertyName": name, "value": value})
