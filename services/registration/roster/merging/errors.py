"""Refusals about merging and splitting pupils."""

from libs.shared.base.errors import Conflict, Invalid, NotFound


class PupilNotFound(NotFound):
    """No such pupil, or one that is not the caller's."""

    code = "pupil.not_found"
    da = "Eleven findes ikke, eller du har ikke adgang til den. Find elevens id med POST /v1/pupils/look-ups."
    en = "The pupil does not exist, or is not yours to see. Find the pupil's id with POST /v1/pupils/look-ups."


class OtherPupilUnknown(Invalid):
    """The other pupil does not exist, or is not the caller's, or is the same one."""

    code = "pupil_merge.other_unknown"
    da = "Den anden elev findes ikke i kommunen, eller er allerede samme elev. Kontrollér elevens id."
    en = "The other pupil does not exist in the municipality, or is the same pupil already. Check the pupil's id."


class TwoNumbers(Conflict):
    """Both pupils have a CPR number, and these differ."""

    code = "pupil_merge.two_numbers"
    da = (
        "De to elever har hver sit CPR-nummer. Er det samme barn, hvis nummer er ændret, så send confirm_two_numbers: "
        "true; den første elevs nummer bliver det gældende."
    )
    en = (
        "The two pupils have a CPR number each. If they are one child whose number was changed, send "
        "confirm_two_numbers: true; the first pupil's number is kept."
    )


class StaysContradict(Conflict):
    """One school has the two in two classes from the same day on."""

    code = "pupil_merge.stays_contradict"
    da = (
        "En skole har de to elever i hver sin klasse fra samme dag. Ret den ene periode i kildesystemet (samme to "
        "datoer trækker den tilbage), og flet dem derefter."
    )
    en = (
        "A school has the two pupils in different classes from the same day. Correct one of the periods in the source "
        "system (two equal dates withdraw it), and merge them afterwards."
    )


class PupilsInUse(Conflict):
    """Both pupils have data of which only one can be kept, and other data depends on it."""

    code = "pupil_merge.in_use"
    da = (
        "Begge elever er registreret i samme forløb med fremmøde eller lignende, som kun kan høre til den ene. Afslut "
        "den ene tilmelding, og flet dem derefter."
    )
    en = (
        "Both pupils are registered in the same course with attendance or the like, which can belong to one only. End "
        "one of the enrolments, and merge them afterwards."
    )


class NothingToSplit(Invalid):
    """A split needs something that the new pupil gets and something that stays."""

    code = "pupil_split.nothing"
    da = "Angiv mindst ét ophold, som den nye elev får. Den oprindelige elev skal beholde mindst én identifikation."
    en = "Name at least one stay that the new pupil gets. The original pupil must keep at least one identifier."


class NotOfPupil(Invalid):
    """A stay or an identifier is not the pupil's."""

    code = "pupil_split.not_of_pupil"
    da = "Opholdet eller identifikationen er ikke elevens. Hent elevens historik igen."
    en = "The stay or the identifier is not the pupil's. Read the pupil's history again."


class RecordNotOfPupil(Invalid):
    """A decision, answers or an enrolment is not the pupil's, or is of an institution that the caller may not see."""

    code = "pupil_split.record_not_of_pupil"
    da = (
        "Beslutningen, besvarelsen eller tilmeldingen er ikke elevens. Hent dem med GET "
        "/v1/pupils/<elevens id>/records, og brug slags og id derfra."
    )
    en = (
        "The decision, the answers or the enrolment is not the pupil's. Read them with GET "
        "/v1/pupils/<the pupil's id>/records, and use kind and id from there."
    )


class RecordTwice(Invalid):
    """A record is named twice."""

    code = "pupil_split.record_twice"
    da = "Beslutningen, besvarelsen eller tilmeldingen er nævnt to gange. Nævn den én gang med den elev, den hører til."
    en = "The decision, the answers or the enrolment is named twice. Name it once with the pupil whose it is."
