"""``python -m synthetic municipality|skolegrunddata|oneroster``: write files and print their expected counts."""

import argparse
import sys
from collections.abc import Sequence
from datetime import date
from pathlib import Path

from synthetic import municipality, table
from synthetic.oneroster import files as rosters
from synthetic.skolegrunddata import files
from synthetic.skolegrunddata.packages import PACKAGES


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m synthetic", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    one = commands.add_parser("municipality", help="one municipality's files, with the dirt of real ones")
    one.add_argument("--out", type=Path, default=Path("demo-files"), help="the folder to write to (demo-files)")
    one.add_argument("--code", default="101", help="municipality code, three digits (101)")
    one.add_argument("--pupils", type=int, default=600, help="pupils in the last school year (600)")
    one.add_argument("--seed", type=int, default=7, help="the same seed gives the same bytes (7)")
    xml = commands.add_parser(
        "skolegrunddata", help="the same pupils as SkoleGrunddata XML, a file per school and year"
    )
    xml.add_argument("--out", type=Path, default=Path("demo-xml"), help="the folder to write to (demo-xml)")
    xml.add_argument("--code", default="101", help="municipality code, three digits (101)")
    xml.add_argument("--pupils", type=int, default=600, help="pupils in the last school year (600)")
    xml.add_argument("--seed", type=int, default=7, help="the same seed gives the same pupils (7)")
    xml.add_argument("--package", choices=PACKAGES, action="append", help="the packages to write in turn (all)")
    xml.add_argument("--clean", action="store_true", help="without groups and persons that are refused")
    roster = commands.add_parser("oneroster", help="the same pupils as OneRoster 1.2 CSV, a zip per school year")
    roster.add_argument("--out", type=Path, default=Path("demo-zip"), help="the folder to write to (demo-zip)")
    roster.add_argument("--code", default="101", help="municipality code, three digits (101)")
    roster.add_argument("--pupils", type=int, default=600, help="pupils in the last school year (600)")
    roster.add_argument("--seed", type=int, default=7, help="the same seed gives the same pupils (7)")
    roster.add_argument("--on", type=date.fromisoformat, help="the day of the export (2 May of each school year)")
    roster.add_argument("--since", type=date.fromisoformat, help="write a delta: what changed after that day")
    roster.add_argument("--clean", action="store_true", help="without rows that are refused")
    asked = parser.parse_args(arguments)
    try:
        if asked.command == "skolegrunddata":
            packages = tuple(asked.package or PACKAGES)
            of_schools = files.write(
                asked.out,
                code=asked.code,
                pupils=asked.pupils,
                seed=asked.seed,
                packages=packages,
                dirty=not asked.clean,
            )
            for each in of_schools:
                counts = f"{each.classes} classes, {each.pupils} pupils, {len(each.refused)} refused"
                print(f"{each.path}: {each.package}, {counts}")
            return 0
        if asked.command == "oneroster":
            zips = rosters.write(
                asked.out,
                code=asked.code,
                pupils=asked.pupils,
                seed=asked.seed,
                on=asked.on,
                since=asked.since,
                dirty=not asked.clean,
            )
            for zip_ in zips:
                counts = f"{zip_.classes} classes, {zip_.pupils} pupils, {len(zip_.refused)} refused"
                print(f"{zip_.path}: {zip_.mode}, {counts}")
            return 0
        told = municipality.write(asked.out, code=asked.code, pupils=asked.pupils, seed=asked.seed)
    except ValueError as error:
        print(error, file=sys.stderr)
        return 2
    print(table.render(told))
    return 0


if __name__ == "__main__":
    sys.exit(main())
