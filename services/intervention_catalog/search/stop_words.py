"""Words that say nothing about what is looked for, folded: function words and the words a question is asked with."""

from typing import Final

_DANISH = """
ad af alle alt altid anden andet andre at bare begge blandt bliver blive blev blevet bort burde boer da de dem den denne
deres det dette dig din dine disse dit dog du efter egen egentlig egne eget eller ellers en end endnu ene eneste enhver
er et far faar faa fik for fordi fra foer gennem gerne giver give gik goer goere gjort gaa gaar ham han hans har have
havde helst helt hen hende hendes her hinanden hos hun hvad hvem hver hverken hvilke hvilken hvilket hvis hvor hvordan
hvorfor hvorledes hvornaar hvorvidt i igen ikke imod ind inden indtil ingen ingenting intet ja jeg jer jeres jo kan
komme kommer kun kunne lad lade lav lave laver lige lidt man mange med meget mellem men mens mere mest mig min mindre
mindst mine mit mod maa maatte naar ned nej noget nogen nogle nok nu ny nye nyt naeste og ogsaa om op os over paa saa
saadan saadanne samme samt selv selvom ser ses sig sin sine sit siden skal skulle slags som stadig sted staar til
tit ting tages tage tager ud uden under vaek vaer vaere vaeret ved vi via vil ville vores vaere aa
bruger bruge brug eksempel eksempelvis findes finde fandt fx hvordan mulig muligt muligvis
betyder saetter saette sket sker ske
"""
_ENGLISH = """
a about after again all also am an and any are as at be because been before being between both but by can could did do
does doing done for from get gets getting give gives go goes going had has have having he her here him his how i if in
into is it its just let like make makes making me more most much my no nor not of off on once only or other our out
over own per s same she should so some such t than that the their them then there these they this those through to too
under until up us use used using very was we were what when where which while who whom whose why will with without
would you your
"""


def _listed(words: str) -> frozenset[str]:
    return frozenset(each for each in words.split() if each.isalpha())


STOP_WORDS: Final[dict[str, frozenset[str]]] = {"da": _listed(_DANISH), "en": _listed(_ENGLISH)}
