"""The subjects of the Danish public school (folkeskole), by their English names."""

from enum import StrEnum


class Subject(StrEnum):
    """A subject in which an effort is given. ``all`` is an effort in every subject, as co-teaching may be."""

    DANISH = "danish"
    """Dansk; reading and writing belong to it."""
    DANISH_AS_SECOND_LANGUAGE = "danish_as_second_language"
    MATHEMATICS = "mathematics"
    ENGLISH = "english"
    GERMAN = "german"
    FRENCH = "french"
    HISTORY = "history"
    RELIGION = "religion"
    """Kristendomskundskab."""
    SOCIAL_STUDIES = "social_studies"
    SCIENCE = "science"
    """Natur/teknologi."""
    BIOLOGY = "biology"
    GEOGRAPHY = "geography"
    PHYSICS_CHEMISTRY = "physics_chemistry"
    SPORT = "sport"
    MUSIC = "music"
    ART = "art"
    CRAFT = "craft"
    """Håndværk og design."""
    HOME_ECONOMICS = "home_economics"
    """Madkundskab."""
    OTHER = "other"
    ALL = "all"
