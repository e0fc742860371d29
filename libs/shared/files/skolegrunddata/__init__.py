"""Reads STIL SkoleGrunddata XML (Unilogin's import and export formats) as it is, piece by piece.

One file is one institution's complete snapshot of a school year. Sources: STIL's pages "Import af grupper, medlemmer og
kontaktpersoner" and "Unilogin SkoleGrunddata Eksportformat - Feltdefinitioner", and the schemas in OS2skoledata
(``core/xsd/response``). Elements are read by their local names, so package and version do not matter.
"""
