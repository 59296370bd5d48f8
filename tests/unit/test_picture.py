"""What an upload is, read from its own bytes."""

import struct

import pytest

from dispatch.channels.picture import BadPicture, Picture, read_picture
from tests.pictures import draw_jpeg_header, draw_png


def test_a_png_tells_its_size() -> None:
    assert read_picture(draw_png(640, 480)) == Picture("image/png", 640, 480)


def test_a_jpeg_tells_its_size_behind_the_camera_own_segments() -> None:
    assert read_picture(draw_jpeg_header(4000, 3000)) == Picture("image/jpeg", 4000, 3000)


@pytest.mark.parametrize(
    ("chunk", "size"),
    [
        (b"VP8 " + bytes(10) + struct.pack("<HH", 800, 600), (800, 600)),
        (b"VP8L" + bytes(4) + b"\x2f" + struct.pack("<I", 799 | 599 << 14), (800, 600)),
        (b"VP8X" + bytes(8) + (799).to_bytes(3, "little") + (599).to_bytes(3, "little"), (800, 600)),
    ],
)
def test_a_webp_tells_its_size_in_each_of_its_three_forms(chunk: bytes, size: tuple[int, int]) -> None:
    picture = read_picture(b"RIFF" + bytes(4) + b"WEBP" + chunk)
    assert (picture.media_type, (picture.width, picture.height)) == ("image/webp", size)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"GIF89a" + bytes(40),
        b"<html><script>alert(1)</script></html>",
        draw_jpeg_header(4000, 3000)[:12],
        draw_png(640, 480)[:20],
        draw_png(0, 480),
        draw_png(60_000, 60_000),
    ],
)
def test_what_is_no_whole_picture_or_would_fill_the_memory_is_turned_away(data: bytes) -> None:
    with pytest.raises(BadPicture):
        read_picture(data)
