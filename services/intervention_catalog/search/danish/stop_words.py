"""Stop words, which are left out of a query, and weak words, which score less. Both are folded.

Stop words are function words and the words of questions. Weak words are general words such as *sikre*, *mene* and
*længere*: they may be rare in the catalog, but a match with them says little about the subject.
"""

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
a about after again all also am an and any are aren as at be because been before being between both but by can
could couldn did didn do does doesn doing don done for from get gets getting give gives go goes going had has hasn
have haven having he her here him his how i if in into is isn it its just let like ll make makes making me more
most much my no nor not of off on once only or other our out over own per re s same she should shouldn so some such
t than that the their them then there these they this those through to too under until up us use used using ve very
was wasn we were weren what when where which while who whom whose why will with without won would wouldn you your
"""
_WEAK_DANISH = """
afgoere alene anvende arbejde arrangere bede bedst benytte bestaa betyde blive bygge dag del dele dukke egentlig
eksempel ekstra eneste enkelt ens faa flere foelge foere foregaa foreslaa foretage forklare fortaelle fungere gaa
gaelde gammel gang gange generel gennemfoere god godt goere grund haabe halv handle have hel hente hoere hurtig
huske hver hvert kende klaere klare komme konkret kraeve kunne laenge laengere lang let ligge lille lykkes maade
maengde mange mene modtage mulighed noedvendig ny nylig nyligt oenske omkring opleve opnaa ord ordentlig passe
punkt rigtig rundt saerlig saette sammen sende sidde side sige siges sikre situation skulle slag slutte snakke
snart soerge spoergsmaal staa starte stille stoppe stor svaer svar taenke tage tidspunkt tilfaelde tro udfoere
vaere vigtig ville virke vise
"""
_WEAK_ENGLISH = """
able actually another answer around ask bad base based become begin big carry case come day deal each enough ensure
every example few find good great handle happen help keep kind know long look many mean need new offer old own part
provide put question really require run say see set show small soon sort start stay stop take tell thing think time
try want way whole word work
"""


STOP_WORDS: Final[dict[str, frozenset[str]]] = {
    "da": frozenset(_DANISH.split()),
    "en": frozenset(_ENGLISH.split()),
}
WEAK_WORDS: Final[dict[str, frozenset[str]]] = {
    "da": frozenset(_WEAK_DANISH.split()),
    "en": frozenset(_WEAK_ENGLISH.split()),
}
