"""The whole bundle of the product ``aggregate``, from a snapshot. Pure: the same snapshot gives the same bytes."""

from collections.abc import Callable

from services.evaluation_export.deliveries.bundle import absence, completeness, dosage, flow, participants
from services.evaluation_export.deliveries.bundle.archive import archive, manifest
from services.evaluation_export.deliveries.bundle.checks import check_counts, check_files
from services.evaluation_export.deliveries.bundle.counting import count
from services.evaluation_export.deliveries.bundle.documents import (
    codebook_csv,
    codebook_md,
    disclosure_report,
    read_me,
)
from services.evaluation_export.deliveries.bundle.facts import facts_of
from services.evaluation_export.deliveries.bundle.sheets import as_csv, as_parquet
from services.evaluation_export.deliveries.domain import Product
from services.evaluation_export.deliveries.snapshot import Snapshot
from services.evaluation_export.disclosure.counts import LinkedCounts, Standing
from services.evaluation_export.disclosure.suppression import Suppression, suppress

SHEETS = (participants.SHEET, absence.SHEET, dosage.SHEET, flow.SHEET, completeness.SHEET)
PUPIL_COLUMNS = {
    "participants": ("pupils",),
    "absence": ("pupils",),
    "population_flow": ("pupils_in", "pupils_out", "pupils_left"),
}


def build(snapshot: Snapshot, decide: Callable[[LinkedCounts], Suppression] = suppress) -> bytes:
    """The bundle as a zip; ``decide`` says what is left empty.

    Raises ``NotProtectable`` if small groups cannot be kept unknown, ``NotReleasable`` if a finished file breaks a
    promise; in both cases nothing leaves.
    """
    facts = facts_of(snapshot)
    counts = count(facts)
    hidden = decide(counts).hidden
    values = {
        key: None if key in hidden else found.value
        for key, found in counts.counts.items()
        if found.standing is Standing.PRINTED
    }
    tables = {
        "participants": participants.rows(facts, values),
        "absence": absence.rows(facts, values),
        "dosage": dosage.rows(facts, values),
        "population_flow": flow.rows(facts, values),
        "completeness": completeness.rows(facts),
    }
    check_counts(tables, PUPIL_COLUMNS)
    files: dict[str, bytes] = {}
    for sheet in SHEETS:
        files[f"{sheet.folder}{sheet.name}.csv"] = as_csv(sheet, tables[sheet.name])
        if sheet.folder:
            files[f"{sheet.folder}{sheet.name}.parquet"] = as_parquet(sheet, tables[sheet.name])
    files["codebook.csv"] = codebook_csv(SHEETS)
    files["codebook.md"] = codebook_md(SHEETS, snapshot)
    files["README.da.md"] = read_me(SHEETS, snapshot, "da")
    files["README.en.md"] = read_me(SHEETS, snapshot, "en")
    files["disclosure_report.json"] = disclosure_report(tables, PUPIL_COLUMNS)
    check_files(files)
    files["manifest.json"] = manifest(Product.AGGREGATE, snapshot.school_year, files)
    return archive(files)
