"""Words that say nothing about what is looked for, folded: function words and the words a question is asked with."""

from typing import Final

_DANISH = """
aa ad af alle alt altid anden andet andre at bare begge betyder blandt blev blevet blive bliver boer bort brug bruge
bruger burde da de dem den denne der deraf derefter deres derfor derfra dermed dertil det dets dette dig din dine
disse dit dog du efter egen egentlig eget egne eksempel eksempelvis eller ellers en end endnu ene eneste enhver er
et faa faar fandt far fik finde findes foer for fordi fra fx gaa gaar gennem gerne gik give giver gjort goer goere
ham han hans har havde have helst helt hen hende hendes her hinanden hos hun hvad hvem hver hverken hvilke hvilken
hvilket hvis hvor hvordan hvorfor hvorledes hvornaar hvorvidt i igen ikke imod ind inden indtil ingen ingenting
intet ja jeg jer jeres jo kan komme kommer kun kunne lad lade lav lave laver lidt lige maa maatte man mange med
meget mellem men mens mere mest mig min mindre mindst mine mit mod mulig muligt muligvis naar naeste ned nej nogen
noget nogle nok nu ny nye nyt og ogsaa om op os over paa saa saadan saadanne saette saetter samme samt selv selvom
ser ses siden sig sin sine sit skal ske sker sket skulle slags som staar stadig sted tage tager tages til ting tit
ud uden under vaek vaer vaere vaeret ved vi via vil ville vores
"""
_ENGLISH = """
a about after again all also am an and any are as at be because been before being between both but by can could did
do does doing done for from get gets getting give gives go goes going had has have having he her here him his how i
if in into is it its just let like make makes making me more most much my no nor not of off on once only or other
our out over own per s same she should so some such t than that the their them then there these they this those
through to too under until up us use used using very was we were what when where which while who whom whose why will
with without would you your
"""


STOP_WORDS: Final[dict[str, frozenset[str]]] = {
    "da": frozenset(_DANISH.split()),
    "en": frozenset(_ENGLISH.split()),
}
