"""A project as it is shown, and the condition under which it is changed."""

from collections.abc import Callable
from dataclasses import dataclass

from libs.shared.descriptions.budget import BudgetHeld
from services.registration.projects.tables import Project

AsRead = Callable[[Project], None]
"""Refuses unless the project is as its caller read it."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A project and its budget held against the grant."""

    project: Project
    budget: BudgetHeld
