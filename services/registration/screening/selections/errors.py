"""Refusals about selections."""

from libs.shared.base.errors import Conflict, Invalid


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


class SelectionReasonMissing(Invalid):
    """A decision about a class without a reason code."""

    code = "selection.reasons_missing"
    da = (
        "En beslutning om en hel klasse siger hvorfor. Angiv mindst én af: vulnerable_share, lost_teaching, "
        "shared_need, low_wellbeing, missing_relations."
    )
    en = (
        "A decision about a whole class says why. Give at least one of: vulnerable_share, lost_teaching, shared_need, "
        "low_wellbeing, missing_relations."
    )


class SelectionReasonNotOfClass(Invalid):
    """Reason codes of a class for a pupil or a group."""

    code = "selection.reasons_not_of_class"
    da = "Koderne i reasons gælder kun en hel klasse. Lad reasons være tom, og skriv begrundelsen i reason."
    en = "The codes in reasons are of a whole class alone. Leave reasons empty, and write why in reason."


class SelectionNotVulnerable(Invalid):
    """A pupil or a group outside the target group."""

    code = "selection.not_vulnerable"
    da = (
        "Målgruppen er elever, der både er socialt udsatte og bagud fagligt eller i trivsel. Vælg elever i "
        "målgruppen, eller vælg hele klassen med en begrundelse."
    )
    en = (
        "The target group is pupils who are socially vulnerable and also behind academically or in wellbeing. Select "
        "pupils of the target group, or the whole class with its reasons."
    )


class DesignatedNotSelected(Invalid):
    """A mark for a pupil whom the decision does not select."""

    code = "selection.designated_not_selected"
    da = "En udpeget elev er ikke blandt de udvalgte. Udpeg kun elever, som udvælgelsen omfatter."
    en = "A designated pupil is not among the selected ones. Mark only pupils whom the selection is about."


class SelectionReversed(Conflict):
    """A change of a decision that no longer stands."""

    code = "selection.reversed"
    da = "Udvælgelsen er omgjort og kan ikke ændres mere. Registrér en ny udvælgelse."
    en = "The selection has been reversed and cannot be changed any more. Record a new selection."


class ReversalBeforeDecision(Invalid):
    """A reversal dated before the decision, or after today."""

    code = "selection.reversal_date"
    da = "Datoen ligger før beslutningen eller i fremtiden. Skriv den dag, udvælgelsen blev omgjort."
    en = "The date is before the decision or in the future. Write the day on which the selection was reversed."


class KeptListUnknown(Invalid):
    """A kept list that does not exist, is not the caller's or is not about the school."""

    code = "kept_list.unknown"
    da = "Skolen har ikke den gemte bruttoliste. Brug et id fra oversigten over gemte lister."
    en = "The school does not have that kept gross list. Use an id from the overview of kept lists."
