"""Where something is wrong: a column is named with its file and row, as in ``users.csv:17:identifier``."""

from libs.shared.files.errors import FieldError, value_class


def place(file: str, row: int, column: str = "") -> str:
    """The name of a place: ``users.csv:17:identifier``."""
    return f"{file}:{row}:{column}" if column else f"{file}:{row}"


def error(code: str, file: str, row: int, column: str, text: str = "", /, **params: int) -> FieldError:
    """What is wrong with a field, with the class of its text and never the text."""
    return FieldError(code, place(file, row, column), value_class(text) if column else "row", params)
