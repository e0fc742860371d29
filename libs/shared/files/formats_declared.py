"""The formats of several kinds that are declared. A service takes those whose kinds it takes."""

from libs.shared.files.formats import Format
from libs.shared.files.oneroster.declared import ONEROSTER
from libs.shared.files.skolegrunddata.declared import SKOLEGRUNDDATA

FORMATS: tuple[Format, ...] = (SKOLEGRUNDDATA, ONEROSTER)
