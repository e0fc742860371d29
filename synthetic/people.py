"""Invented persons: CPR numbers that no person has, and invented names."""

from datetime import date, timedelta

_FIRST_NAMES = (
    "Ask", "Bo", "Cleo", "Dagmar", "Ebbe", "Fie", "Gro", "Hjalte", "Iben", "Jonna", "Kaj", "Liv", "Maren", "Niels",
    "Oda", "Pil", "Rune", "Søren", "Tove", "Ulrik", "Vera", "Yrsa", "Åge", "Ællen",
)  # fmt: skip  # one name per line would fill a page
_LAST_NAMES = ("Prøvesen", "Eksempelsen", "Opdigtsen", "Påfundsen", "Tænksomsen", "Mønsterby", "Afprøvsen")

_DAYS = 365
_SERIALS = 6000
MOST_NUMBERS = _DAYS * _SERIALS
"""The count of pupil numbers that give different CPR numbers: more than twice the country's pupils."""


def cpr_number(birth_year: int, number: int, seed: int) -> str:
    """The CPR number of pupil ``number``: a replacement number (day + 60), which belongs to nobody.

    Different numbers below ``MOST_NUMBERS`` give different CPR numbers with the same seed: day of the year and serial
    number are each a permutation of a part of ``number``. The seventh digit is 4 or above: born in 2000 or later.
    """
    turn, day_number = divmod(number, _DAYS)
    born = date(birth_year, 1, 1) + timedelta(days=(day_number * 149 + seed * 31) % _DAYS)
    serial = 4000 + (turn * 1789 + seed * 7 + 11) % _SERIALS
    return f"{born.day + 60}{born:%m%y}{serial}"


def impossible_cpr_number(right: str, variant: int) -> str:
    """A number that is refused, made from a right one: no such day, no such month, or a letter O for a zero."""
    return ("99" + right[2:], right[:2] + "13" + right[4:], right[:9] + "O")[variant % 3]


def name(number: int) -> str:
    """An invented name: the surname is made up and the number is part of it."""
    first = _FIRST_NAMES[number % len(_FIRST_NAMES)]
    return f"{first} {_LAST_NAMES[number // len(_FIRST_NAMES) % len(_LAST_NAMES)]} {number}"


def uni_login(number: int) -> str:
    """A user name: letters of the first name and the number, which makes it unique."""
    first = _FIRST_NAMES[number % len(_FIRST_NAMES)].lower().replace("ø", "oe").replace("æ", "ae").replace("å", "aa")
    return f"{first[:4]}{number:05d}"
