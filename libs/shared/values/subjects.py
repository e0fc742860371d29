"""The subjects of the Danish school, as codes: of efforts in a plan, and of courses."""

from collections.abc import Mapping
from typing import Annotated, Literal, get_args

from pydantic import Field

Subject = Literal[
    "danish",
    "mathematics",
    "english",
    "german",
    "french",
    "danish_second_language",
    "history",
    "religion",
    "social_studies",
    "nature_technology",
    "geography",
    "biology",
    "physics_chemistry",
    "crafts",
    "food",
    "music",
    "art",
    "sports",
    "cross_curricular",
]

SUBJECTS: tuple[Subject, ...] = get_args(Subject)

DANISH: Mapping[Subject, str] = {
    "danish": "dansk",
    "mathematics": "matematik",
    "english": "engelsk",
    "german": "tysk",
    "french": "fransk",
    "danish_second_language": "dansk som andetsprog",
    "history": "historie",
    "religion": "kristendomskundskab",
    "social_studies": "samfundsfag",
    "nature_technology": "natur/teknologi",
    "geography": "geografi",
    "biology": "biologi",
    "physics_chemistry": "fysik/kemi",
    "crafts": "håndværk og design",
    "food": "madkundskab",
    "music": "musik",
    "art": "billedkunst",
    "sports": "idræt",
    "cross_curricular": "tværfagligt",
}
"""The Danish name of each."""

SubjectCode = Annotated[str, Field(pattern="^[a-z_]{2,40}$", examples=["mathematics"], description="fag")]
"""The form of a subject's code, for readers of events: a later release may have more subjects."""
