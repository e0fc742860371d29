"""One municipality's files: the files that its IT department would send, in the order of sending."""

from pathlib import Path

from synthetic import choices, forecast, registers
from synthetic.absence_files import AbsenceFiles
from synthetic.forecast import Forecast
from synthetic.layout import lay_out


def write(out: Path, *, code: str, pupils: int, seed: int, first_pupil: int = 0) -> Forecast:
    """Write a municipality's files and ``files.json`` to a folder, and return the forecast.

    ``pupils`` is their number in the last school year. The same arguments give the same bytes. Files of an earlier
    run in the same folder are removed first; nothing else there is touched. Raises ``ValueError`` for a code that is
    not three digits or too few pupils.
    """
    layout = lay_out(code, pupils, seed, first_pupil)
    out.mkdir(parents=True, exist_ok=True)
    _remove_earlier(out)
    absence = AbsenceFiles(out, layout)
    written = [register(out, layout) for register in registers.IN_ORDER]
    written += absence.write()
    written.append(registers.late_roster(out, layout))
    told = Forecast(
        municipality_code=code,
        pupils=pupils,
        seed=seed,
        files=[file.forecast() for file in written],
        corrections=[correction for file in written if (correction := file.correction())],
        unknown_pupil=absence.unknown_pupil,
        late_class=choices.late_class(layout, absence.late),
        unreported={s.institution_number: [s.unreported] for s in layout.schools if s.unreported},
        co_teaching=choices.co_teaching(layout),
        small_group=choices.small_group(layout),
    )
    told.write(out)
    return told


def _remove_earlier(out: Path) -> None:
    """Remove what the manifest of an earlier run lists, and nothing else."""
    try:
        earlier = forecast.read(out)
    except FileNotFoundError:
        return
    for file in earlier.files:
        (out / Path(file.path).name).unlink(missing_ok=True)
