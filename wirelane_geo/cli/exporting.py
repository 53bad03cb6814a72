"""`wirelane-geo export`."""

from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import Literal

import click

from wirelane_geo import settings as reading
from wirelane_geo.cli.network import opened_service
from wirelane_geo.cli.options import MapQuery, query_options
from wirelane_geo.cli.output import counted, end, note, print_pieces
from wirelane_geo.cli.points import looked_at, pieces
from wirelane_geo.errors import StoreError

Form = Literal["json", "csv", "geojson"]


@click.command(short_help="Write charge points to a file.")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False, allow_dash=True), metavar="FILE")
@click.option("--format", "form", type=click.Choice(["csv", "geojson", "json"]), help="Default: by the file's ending.")
@query_options
def export(file: Path, form: Form | None, asked: MapQuery) -> None:
    """Write the charge points that meet all filters to a file: CSV, GeoJSON or JSON. - is stdout.

    None of their private fields is written. The file appears when it is complete.

    \b
    Examples:
      wirelane-geo export berlin.geojson --bbox 13.1,52.3,13.8,52.7
      wirelane-geo export - --format csv --plug CCS --kw 150- | gzip > fast.csv.gz
    """
    settings, form = reading.load(), form or _form_of(file)
    with opened_service(settings) as service:
        bounds, view = looked_at(service, asked)
        stdout = str(file) == "-"
        points = counted(service.export(asked.state, bounds), lambda: view.points, to_file=not stdout)
        found = pieces(points, form)
        if stdout:
            print_pieces(found)
        else:
            _write(file, found)
            note(f"{view.points:,} points in {file}")
        end(view.problem)


def _form_of(file: Path) -> Form:
    forms: dict[str, Form] = {".csv": "csv", ".geojson": "geojson", ".json": "json"}
    if file.suffix.lower() not in forms:
        raise click.UsageError(f"{file} could have any form: name it .csv, .geojson or .json, or say --format.")
    return forms[file.suffix.lower()]


def _write(file: Path, found: Iterable[str]) -> None:
    """All of a file, or nothing: what was there before stays until then. A device or a pipe is written into, never replaced;
    of a link, what it leads to is written."""
    file = file.resolve()
    in_place = file.exists() and not file.is_file()
    draft = file if in_place else file.with_name(f".{file.name}.part")
    try:
        with draft.open("w", encoding="utf-8", newline="") as out:
            out.writelines(found)
        if not in_place:
            draft.replace(file)
    except OSError as error:
        raise StoreError(f"{file} can't be written: {error.strerror}.") from None
    finally:
        if not in_place:
            with suppress(OSError):
                draft.unlink(missing_ok=True)
