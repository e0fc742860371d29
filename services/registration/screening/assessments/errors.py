"""Refusals about assessments."""

from libs.shared.base.errors import Invalid


class QuestionUnknown(Invalid):
    """A question that the rule set does not have."""

    code = "assessment.question_unknown"
    da = "Spørgsmålet findes ikke. Brug et af: {questions}."
    en = "There is no such question. Use one of: {questions}."


class QuestionRepeated(Invalid):
    """A question that is answered twice."""

    code = "assessment.question_repeated"
    da = "Spørgsmålet er besvaret mere end én gang. Svar én gang på hvert spørgsmål."
    en = "The question is answered more than once. Answer each question once."


class AnswerNotOfQuestion(Invalid):
    """An answer that the question does not have."""

    code = "assessment.answer"
    da = "Svaret passer ikke til spørgsmålet. Brug et af: {answers}."
    en = "The answer does not fit the question. Use one of: {answers}."


class TextNotOfQuestion(Invalid):
    """A text for a question that has none, or none for a question that is answered by text."""

    code = "assessment.text"
    da = "Q1 og Q2 besvares kun med tekst, Q6 med ja eller nej og gerne tekst, og de øvrige uden tekst. Ret svaret."
    en = (
        "Q1 and Q2 are answered by text alone, Q6 by yes or no with a text, and the others without. Correct the answer."
    )


class AssessmentInFuture(Invalid):
    """An assessment dated after today."""

    code = "assessment.in_future"
    da = "Datoen for vurderingen ligger i fremtiden. Skriv den dag, vurderingen gælder."
    en = "The date of the assessment is in the future. Write the day that it is about."
