#!/usr/bin/env python3
"""Writes packaging/windows/mouthpiece.ico: the PNG files of assets/icon up to 256 points, as they are, behind a table."""

import pathlib
import struct

root = pathlib.Path(__file__).resolve().parent.parent
sizes = [16, 32, 48, 64, 128, 256]
pictures = [(root / f"assets/icon/mouthpiece-{size}.png").read_bytes() for size in sizes]

# Six bytes, then sixteen for each picture: width and height (256 is written 0), colours, a plane of 32 bits, and where
# the picture lies.
table = struct.pack("<HHH", 0, 1, len(sizes))
place = len(table) + 16 * len(sizes)
for size, picture in zip(sizes, pictures):
    table += struct.pack("<BBBBHHII", size % 256, size % 256, 0, 0, 1, 32, len(picture), place)
    place += len(picture)
(root / "packaging/windows/mouthpiece.ico").write_bytes(table + b"".join(pictures))
