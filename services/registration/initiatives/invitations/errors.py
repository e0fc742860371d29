"""Refusals about invitations and answers."""

from libs.shared.base.errors import Conflict, Invalid


class InvitedAlready(Conflict):
    """A municipality is invited already, or takes part."""

    code = "invitation.exists"
    da = "Kommunerne {codes} er allerede inviteret. Fjern dem fra listen."
    en = "Municipalities {codes} are invited already. Remove them from the list."


class NobodyToInvite(Conflict):
    """All municipalities of the rule's list are invited."""

    code = "invitation.nobody_left"
    da = "Alle kommuner på reglens liste er inviteret. Angiv kommunekoder og en begrundelse for at invitere flere."
    en = "All municipalities of the rule's list are invited. Give municipality codes and a reason to invite more."


class ShareMissing(Invalid):
    """A municipality without a share, or with a share of 0, could get nothing."""

    code = "invitation.share_missing"
    da = "Kommunerne {codes} har ingen andel over 0 og kan ikke få del i puljen. Indlæs deres andele først."
    en = "Municipalities {codes} have no share above 0 and could get no part of the pool. Load their shares first."


class AnswerDayPassed(Invalid):
    """The last day for an answer has passed."""

    code = "invitation.answer_by_passed"
    da = "Svarfristen ligger før i dag. Vælg en senere dag."
    en = "The last day for an answer is before today. Choose a later day."


class DecidedLater(Invalid):
    """A decision of a day that has not come."""

    code = "answer.decided_later"
    da = "Beslutningen kan ikke være fra en senere dag end i dag. Ret decided_on."
    en = "The decision cannot be of a later day than today. Correct decided_on."


class GrantReleasedAlready(Conflict):
    """The grant was released, so the municipality cannot simply decline."""

    code = "answer.grant_released"
    da = (
        "Kommunens tilskud er frigivet, og den kan derfor ikke sige nej. Sekretariatet kan registrere, at den trækker "
        "sig, og hvad den har brugt."
    )
    en = (
        "The municipality's grant was released, so it cannot decline. The secretariat can record that it withdraws, "
        "and what it has spent."
    )


class AnswerFinal(Conflict):
    """The municipality declined, and the last day for an answer has passed; or it withdrew."""

    code = "answer.final"
    da = "Kommunen har sagt nej eller trukket sig, og svarfristen er udløbet. Sekretariatet kan invitere den igen."
    en = "The municipality declined or withdrew, and the last day for an answer has passed. The secretariat can invite \
it again."


class NothingReleased(Conflict):
    """Nothing was released, so there is nothing to withdraw from."""

    code = "withdrawal.nothing_released"
    da = "Kommunens tilskud er ikke frigivet. Registrér i stedet, at den siger nej."
    en = "The municipality's grant was not released. Record that it declines instead."


class SpentTooMuch(Invalid):
    """More was spent than was released, or less than the schools were given."""

    code = "withdrawal.spent"
    da = (
        "Det brugte beløb skal ligge mellem de {passed_on} kr., som skolerne har fået, og de {released} kr., der er "
        "frigivet. Ret det."
    )
    en = (
        "What was spent lies between the {passed_on} kr. that schools were given and the {released} kr. that were "
        "released. Correct it."
    )
