"""The table of looks: every status once, apart for every eye, readable on its disc."""

import math
import re
from itertools import combinations
from xml.etree import ElementTree

import pytest

from wirelane_geo.geo.columns import CLOSED_NOW as CLOSED_NOW_NUMBER
from wirelane_geo.model import Status
from wirelane_geo.ui.palette import ARC_ORDER, CLOSED_NOW, DRAWN, LOOKS, TONES, look, sheet, svg

# Machado, Oliveira and Fernandes (2009): what is left of a colour for eyes without red, green or blue cones.
DEFICIENCIES = {
    "none": ((1, 0, 0), (0, 1, 0), (0, 0, 1)),
    "protanopia": ((0.152286, 1.052583, -0.204868), (0.114503, 0.786281, 0.099216), (-0.003882, -0.048116, 1.051998)),
    "deuteranopia": ((0.367322, 0.860646, -0.227968), (0.280085, 0.672501, 0.047413), (-0.011820, 0.042940, 0.968881)),
    "tritanopia": ((1.255528, -0.076749, -0.178779), (-0.078411, 0.930809, 0.147602), (0.004733, 0.691367, 0.303900)),
}


def linear(colour: str) -> list[float]:
    parts = [part / 255 for part in bytes.fromhex(colour[1:])]
    return [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]


def luminance(colour: str) -> float:
    red, green, blue = linear(colour)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """WCAG 2's ratio."""
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def seen(colour: str, deficiency: str) -> list[float]:
    rgb = linear(colour)
    return [sum(weight * part for weight, part in zip(row, rgb, strict=True)) for row in DEFICIENCIES[deficiency]]


def test_what_is_free_but_closed_now_does_not_look_free() -> None:
    """Not by its colour alone: another glyph, another body, another line in a ring."""
    free, closed = look(Status.FREE), look(CLOSED_NOW)
    for cue in ("colour", "path", "body", "arc"):
        assert getattr(free, cue) != getattr(closed, cue), cue


def test_every_status_has_one_look_in_the_contracts_order() -> None:
    assert [row.status for row in LOOKS] == list(Status)
    assert all(look(status).status is status for status in Status)
    assert sorted(ARC_ORDER) == sorted(Status)
    assert DRAWN[:-1] == LOOKS
    assert DRAWN[CLOSED_NOW_NUMBER].status == CLOSED_NOW


def test_no_two_statuses_share_a_colour_or_a_glyph() -> None:
    for cue in ("colour", "shape", "path"):
        assert len({getattr(row, cue) for row in DRAWN}) == len(DRAWN), cue


@pytest.mark.parametrize("deficiency", DEFICIENCIES)
def test_colours_stay_apart_for_colour_blind_eyes(deficiency: str) -> None:
    for one, other in combinations(DRAWN, 2):
        apart = math.dist(seen(one.colour, deficiency), seen(other.colour, deficiency))
        assert apart > 0.07, f"{one.status} and {other.status}"


def test_a_glyph_can_be_read_on_its_disc() -> None:
    for row in DRAWN:
        ground = TONES["light"].surface if row.body == "hollow" else row.colour
        assert contrast(row.ink, ground) >= 3, row.status


@pytest.mark.parametrize("theme", TONES)
def test_words_can_be_read_on_what_they_stand_on(theme: str) -> None:
    tones = TONES[theme]  # type: ignore[index]
    assert contrast(tones.ink, tones.surface) >= 7
    assert contrast(tones.muted, tones.surface) >= 4.5
    assert contrast(tones.label, tones.land) >= 4.5
    assert contrast(tones.label, tones.sea) >= 4.5


@pytest.mark.parametrize("status", [*Status, CLOSED_NOW])
def test_a_mark_is_well_formed_and_silent(status: Status) -> None:
    picture = ElementTree.fromstring(svg(status, 20))
    assert picture.get("aria-hidden") == "true"
    assert picture.get("width") == "20"
    assert look(status).colour in svg(status)
    assert any(look(status).path == part.get("d") for part in picture)


def test_the_sheet_is_the_whole_table() -> None:
    said = sheet("dark")
    assert [row["status"] for row in said["looks"]] == [*Status, CLOSED_NOW]
    ring = [said["looks"][number]["status"] for number in said["arcs"]]
    assert sorted(ring) == sorted([*Status, CLOSED_NOW])
    assert [name for name in ring if name != CLOSED_NOW] == list(ARC_ORDER)
    assert said["tones"]["surface"] == TONES["dark"].surface
    assert all(re.fullmatch("#[0-9A-F]{6}", colour) for colour in said["tones"].values())
