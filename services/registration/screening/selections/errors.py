"""Refusals about selections."""

from libs.shared.base.errors import Invalid


class SelectionInFuture(Invalid):
    """A decision dated after today."""

    code = "selection.in_future"
    da = "Datoen for beslutningen ligger i fremtiden. Skriv den dag, beslutningen blev truffet."
    en = "The date of the decision is in the future. Write the day on which it was made."


class SelectionOfPupil(Invalid):
    """A decision about one pupil that names none or several."""

    code = "selection.one_pupil"
    da = "En beslutning om en elev nævner netop én elev og ingen klasse. Ret listen, eller vælg en anden slags."
    en = "A decision about a pupil names exactly one pupil and no class. Correct the list, or choose another kind."


class SelectionOfGroup(Invalid):
    """A decision about a group that names fewer than two, or a class."""

    code = "selection.group"
    da = "En beslutning om en gruppe nævner mindst to elever og ingen klasse. Ret listen, eller vælg en anden slags."
    en = "A decision about a group names at least two pupils and no class. Correct the list, or choose another kind."


class SelectionOfClass(Invalid):
    """A decision about a class that names no class, or pupils beside it."""

    code = "selection.class"
    da = "En beslutning om en klasse nævner klassen og ingen elever. Angiv class_id, og lad pupil_ids være tom."
    en = "A decision about a class names the class and no pupils. Give class_id, and leave pupil_ids empty."
