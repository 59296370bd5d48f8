"""The programs of other routers out of their wheels, and how positions are told to them."""

import subprocess
import sys
import urllib.parse
import zipfile
from pathlib import Path

from bench._peers import REQUIREMENTS, LonLat


def unpack_wheels(folder: Path) -> Path:
    """Downloads the wheels of requirements-peers.txt by their hashes and unpacks them, unless that was done;
    returns the folder."""
    unpacked, required = folder / "unpacked", REQUIREMENTS.read_text()
    done = unpacked / "requirements.txt"
    if done.exists() and done.read_text() == required:
        return unpacked
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--require-hashes"]
    command += ["--only-binary=:all:", "--python-version", "3.12", "--platform", "manylinux_2_28_x86_64"]
    subprocess.run([*command, "-r", str(REQUIREMENTS), "-d", str(folder)], check=True)
    for wheel in folder.glob("*.whl"):
        with zipfile.ZipFile(wheel) as archive:
            archive.extractall(unpacked)
    for program in [*unpacked.glob("osrm/bin/*"), *unpacked.glob("valhalla/bin/*")]:
        program.chmod(0o755)
    done.write_text(required)
    return unpacked


def encode_polyline(lon_lats: list[LonLat]) -> str:
    """Google's polyline with five digits, fit for an address."""
    text, before = [], (0, 0)
    for lon, lat in lon_lats:
        now = round(lat * 1e5), round(lon * 1e5)
        for value, last in zip(now, before, strict=True):
            number = (value - last) << 1
            number = ~number if number < 0 else number
            while number >= 0x20:
                text.append(chr((0x20 | (number & 0x1F)) + 63))
                number >>= 5
            text.append(chr(number + 63))
        before = now
    return urllib.parse.quote("".join(text), safe="")


def decode_polyline(text: str) -> list[LonLat]:
    """A polyline with six digits."""
    numbers, number, shift = [], 0, 0
    for letter in text:
        bits = ord(letter) - 63
        number |= (bits & 0x1F) << shift
        shift += 5
        if bits < 0x20:
            numbers.append(~(number >> 1) if number & 1 else number >> 1)
            number = shift = 0
    points, lat, lon = [], 0, 0
    for north, east in zip(numbers[::2], numbers[1::2], strict=True):
        lat, lon = lat + north, lon + east
        points.append((lon / 1e6, lat / 1e6))
    return points
