"""Refusals about kept lists."""

from libs.shared.base.errors import Invalid


class KeptListSubject(Invalid):
    """A list of both a school and a municipality, or of neither."""

    code = "kept_list.subject"
    da = "Angiv enten school_id eller municipality_code: en liste er for en skole eller for en hel kommune."
    en = "Give either school_id or municipality_code: a list is of a school or of a whole municipality."


class KeptListNotSchools(Invalid):
    """A list of a whole municipality, asked for by a caller of some schools."""

    code = "kept_list.municipality"
    da = "Kun kommunens pædagogiske indsatsteam gemmer en liste for hele kommunen. Angiv school_id for jeres skole."
    en = "The municipality's resource team alone keeps a list of the whole municipality. Give the school_id of yours."
