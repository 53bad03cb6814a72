"""`wirelane-geo basemap`."""

from pathlib import Path

import click

WHERE = """\
A map of streets from this server, without a third party, is one file of vector tiles (PMTiles 3).

  OpenStreetMap, any region:  pmtiles extract https://build.protomaps.com/DATE.pmtiles region.pmtiles \\
                                --bbox=WEST,SOUTH,EAST,NORTH
                              (the program: https://github.com/protomaps/go-pmtiles; the dates: https://maps.protomaps.com/builds)
  Made by yourself:           java -jar planetiler.jar --area=germany --download --output=germany.pmtiles
                              (the program: https://github.com/onthegomap/planetiler)

A city takes some 50 MB, Germany some 3 GB. The data is OpenStreetMap's (ODbL): the map names it, as its licence asks.
Then:

  wirelane-geo basemap region.pmtiles          says whether it is right
  WIRELANE_GEO_BASEMAP=region.pmtiles          serves it
"""


@click.command(short_help="Say where maps of streets come from, and check one.")
@click.argument("file", required=False, type=click.Path(path_type=Path))
def basemap(file: Path | None) -> None:
    """Say where a file with the streets of a region comes from, or, of FILE, whether it is right: what it covers, and whom it is
    owed to.

    \b
    Examples:
      wirelane-geo basemap
      wirelane-geo basemap region.pmtiles
    """
    if file is None:
        click.echo(WHERE, nl=False)
        return
    from wirelane_geo.ui.streets import check

    for name, text in check(file).lines.items():
        click.echo(f"{name:<10} {text}")
