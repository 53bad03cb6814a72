"""Vector tiles of a region from one file (PMTiles 3, https://github.com/protomaps/PMTiles), read piece by piece."""

import gzip
import hashlib
import json
import os
import zlib
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from pmtiles.tile import Compression, Entry, TileType, deserialize_directory, deserialize_header, find_tile, zxy_to_tileid

from wirelane_geo.errors import WirelaneGeoError

HEADER = 127
"""Bytes of a file's head."""
MOST_DIRECTORY, MOST_METADATA, MOST_TILE = 8 << 20, 8 << 20, 16 << 20
"""Bytes of a directory, of the metadata and of a tile that are read, and that they may be when unpacked."""
END = 65536
"""Bytes at a file's end by which it is told from another one."""
DEEPEST = 4
"""Directories, one below the other."""
MOST_ZOOM = 24
CODINGS = {Compression.NONE: None, Compression.GZIP: "gzip"}
"""How tiles may be compressed, as HTTP calls it."""


class BadRegion(WirelaneGeoError):
    """A file that is no map, or none that can be shown, in words."""


def unpacked(data: bytes, most: int) -> bytes:
    """What gzip has packed, `most` bytes of it at most. Raises ValueError: it is damaged, or more."""
    unpacker = zlib.decompressobj(zlib.MAX_WBITS | 16)
    try:
        whole = unpacker.decompress(data, most)
    except zlib.error as error:
        raise ValueError(str(error)) from None
    if not unpacker.eof:
        raise ValueError("cut off" if len(whole) < most else f"more than {most:,} bytes")
    return whole


class RegionTiles:
    """The tiles of a file, which stays open; thread-safe. bounds: west, south, east, north in degrees; coding: how a tile is
    compressed (Content-Encoding), None: not at all; digest: another one for another file; layers: names of the layers of its
    tiles, none where the file doesn't say; credit: who it is owed to, as the file says it (HTML)."""

    def __init__(self, path: Path) -> None:
        """Raises BadRegion."""
        self._name = path.name
        try:
            self._file = os.open(path, os.O_RDONLY)
            found = os.fstat(self._file)
        except OSError as error:
            raise BadRegion(f"{path} can't be read: {error.strerror}.") from None
        self.size = found.st_size
        try:
            self._open()
        except BadRegion:
            self.close()
            raise

    def _open(self) -> None:
        """Reads what the file says about itself."""
        head = self._read(0, HEADER) if self.size >= HEADER else b""
        if head[:7] != b"PMTiles" or head[7] != 3:
            raise BadRegion(f"{self._name} is no PMTiles file of version 3. `wirelane-geo basemap` says where such files come "
                            "from.")
        try:
            self._header: Mapping[str, Any] = deserialize_header(head)
        except ValueError as error:  # a kind of tiles or of compression that the library doesn't know
            raise BadRegion(f"{self._name} is damaged, or newer than what is read here: {error}.") from None
        self._check()
        about = self._about()
        described = [layer for layer in about.get("vector_layers") or () if isinstance(layer, dict)]
        self.layers = tuple(str(layer.get("id")) for layer in described)
        self.credit = str(about.get("attribution") or "")[:500]
        self.coding = CODINGS[self._header["tile_compression"]]
        self.zooms: tuple[int, int] = (self._header["min_zoom"], self._header["max_zoom"])
        west, south, east, north = (self._header[edge] / 1e7 for edge in ("min_lon_e7", "min_lat_e7", "max_lon_e7", "max_lat_e7"))
        if not (-180 <= west < east <= 180 and -90 <= south < north <= 90) or not self.zooms[0] <= self.zooms[1] <= MOST_ZOOM:
            raise BadRegion(f"{self._name} is damaged: it says that it covers {west:.4f},{south:.4f},{east:.4f},{north:.4f} "
                            f"at zooms {self.zooms[0]} to {self.zooms[1]}. Fetch it again.")
        self.bounds = (west, south, east, north)
        root = self._read(self._header["root_offset"], self._header["root_length"], MOST_DIRECTORY)
        end = self._read(max(0, self.size - END), min(self.size, END), END)
        # of what is in it, not of when it was written: replicas have copies
        said = head + root + repr(about).encode() + end + str(self.size).encode()
        self.digest = hashlib.blake2b(said, digest_size=8).hexdigest()
        self._directory = lru_cache(64)(self._read_directory)
        self._directory(self._header["root_offset"], self._header["root_length"])

    def tile(self, zoom: int, x: int, y: int) -> bytes | None:
        """A tile as it stands in the file; None where it has none. Raises BadRegion."""
        if not (self.zooms[0] <= zoom <= self.zooms[1] and 0 <= x < 1 << zoom and 0 <= y < 1 << zoom):
            return None
        number, offset, length = zxy_to_tileid(zoom, x, y), self._header["root_offset"], self._header["root_length"]
        for _ in range(DEEPEST):
            entry = find_tile(self._directory(offset, length), number)
            if entry is None:
                return None
            if entry.run_length:
                return self._read(self._header["tile_data_offset"] + entry.offset, entry.length, MOST_TILE)
            offset, length = self._header["leaf_directory_offset"] + entry.offset, entry.length
        raise BadRegion(f"{self._name} is damaged: its directories lead nowhere.")

    def unpacked(self, tile: bytes) -> bytes:
        """A tile as it was before it was compressed. Raises BadRegion."""
        try:
            return unpacked(tile, MOST_TILE) if self.coding else tile
        except ValueError as error:
            raise BadRegion(f"{self._name} is damaged: one of its tiles can't be read ({error}).") from None

    def close(self) -> None:
        """Reads nothing any more."""
        os.close(self._file)

    def _check(self) -> None:
        """Whether this is something that can be shown."""
        head, kind = self._header, self._header["tile_type"]
        if kind != TileType.MVT:
            raise BadRegion(f"{self._name} has pictures or another kind of tiles ({kind.name}); vector tiles (MVT) are needed.")
        if head["tile_compression"] not in CODINGS or head["internal_compression"] not in (Compression.NONE, Compression.GZIP):
            raise BadRegion(f"{self._name} is compressed in a way that isn't read here ({head['tile_compression'].name}); "
                            "make it with gzip.")
        for part in ("root", "metadata", "leaf_directory", "tile_data"):
            if head[f"{part}_offset"] + head[f"{part}_length"] > self.size:
                raise BadRegion(f"{self._name} is cut off: it has {self.size:,} bytes and should have at least "
                                f"{head[f'{part}_offset'] + head[f'{part}_length']:,}. Fetch it again.")

    def _about(self) -> Mapping[str, Any]:
        try:
            data = self._read(self._header["metadata_offset"], self._header["metadata_length"], MOST_METADATA)
            if self._header["internal_compression"] == Compression.GZIP and data:
                data = unpacked(data, MOST_METADATA)
            found = json.loads(data or b"{}")
        except (ValueError, RecursionError):
            raise BadRegion(f"{self._name} is damaged: what it says about itself can't be read.") from None
        return found if isinstance(found, dict) else {}

    def _read_directory(self, offset: int, length: int) -> list[Entry]:
        data = self._read(offset, length, MOST_DIRECTORY)
        try:
            if self._header["internal_compression"] == Compression.GZIP:
                data = unpacked(data, MOST_DIRECTORY)
            entries: list[Entry] = deserialize_directory(gzip.compress(data, 0))  # the library unpacks, however much that is
        except Exception:  # whatever it is, it is in the bytes
            raise BadRegion(f"{self._name} is damaged: one of its directories can't be read. Fetch it again.") from None
        return entries

    def _read(self, offset: int, length: int, most: int = HEADER) -> bytes:
        """Bytes of the file, never beyond it. Raises BadRegion."""
        if length > most or offset + length > self.size:
            raise BadRegion(f"{self._name} is damaged: it points to {length:,} bytes at {offset:,}.")
        try:
            return os.pread(self._file, length, offset)
        except OSError as error:
            raise BadRegion(f"{self._name} can't be read: {error.strerror}.") from None
