"""One uploaded picture: every kind that people have, and every kind that harms."""

import io
import struct
import tracemalloc
import zlib

import numpy as np
import pytest
from PIL import Image

from aecore.data.pictures import (
    MAX_PIXELS,
    Scales,
    fit_pixels,
    invert,
    looks_inverted,
    reach_of,
    read_picture,
)
from aecore.messages import Problem


def saved(image, kind="PNG", **options):
    file = io.BytesIO()
    image.save(file, kind, **options)
    return file.getvalue()


def noise(*shape):
    return np.random.default_rng(0).integers(0, 256, shape, dtype=np.uint8)


def png_chunk(name, body):
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


def png_claiming(width, height):
    """A few bytes that claim to be a huge picture."""
    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    body = zlib.compress(bytes(1000))
    return b"\x89PNG\r\n\x1a\n" + png_chunk(b"IHDR", header) + png_chunk(b"IDAT", body)


@pytest.mark.parametrize("kind", ["PNG", "BMP", "GIF", "TIFF"])
def test_a_picture_of_the_right_size_keeps_every_pixel(kind):
    pixels = noise(28, 28)
    picture = read_picture(saved(Image.fromarray(pixels), kind))
    assert picture.pixels.dtype == np.uint8
    assert np.array_equal(picture.pixels[0], pixels)
    assert picture.notes == ()


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
@pytest.mark.parametrize("shape", [(1, 28, 28), (3, 28, 28), (3, 40, 17)])
def test_any_size_becomes_the_shape_asked_for(kind, shape):
    picture = read_picture(saved(Image.fromarray(noise(210, 123, 3)), kind), shape)
    assert picture.pixels.shape == shape and picture.notes == ()
    assert abs(picture.pixels.mean() - 127) < 12


def test_channels_stay_in_order():
    picture = read_picture(saved(Image.new("RGB", (50, 50), (200, 100, 5))), (3, 8, 8))
    assert picture.pixels[:, 4, 4].tolist() == [200, 100, 5]


def test_other_channel_counts_are_refused():
    with pytest.raises(Problem, match="1 channel .* or 3"):
        read_picture(saved(Image.new("L", (9, 9))), (4, 8, 8))


def test_proportions_are_kept_and_the_edge_goes_on():
    wide = Image.new("L", (200, 100), 240)
    wide.paste(10, (80, 30, 120, 70))  # a square of 40
    pixels = read_picture(saved(wide), (1, 20, 20)).pixels[0]
    dark = pixels < 100
    assert dark.any(0).sum() == dark.any(1).sum() == 4  # still a square
    assert (pixels[:5] == 240).all() and (pixels[-5:] == 240).all()  # paper, not a black frame
    assert read_picture(saved(Image.new("L", (30_000, 1), 9))).pixels.shape == (1, 28, 28)


def test_a_turned_photo_is_set_upright():
    photo = Image.new("RGB", (60, 60))
    photo.paste("white", (0, 0, 60, 30))  # the bright half is above …
    exif = Image.Exif()
    exif[0x0112] = 6  # … and on the right after a quarter turn clockwise
    pixels = read_picture(saved(photo, "JPEG", exif=exif)).pixels[0]
    assert pixels[:, -1].min() > 240 and pixels[:, 0].max() < 15


@pytest.mark.parametrize("exif", [b"Exif\0\0garbage", b"Exif\0\0II*\0\x08\0\0\0\xff\xff\x12\x01"])
def test_broken_exif_does_no_harm(exif):
    picture = read_picture(saved(Image.new("L", (40, 40), 99), "JPEG", exif=exif))
    assert abs(int(picture.pixels[0, 9, 9]) - 99) < 3


@pytest.mark.parametrize("kind", ["GIF", "PNG", "WEBP", "TIFF"])
def test_of_several_frames_the_first_is_used(kind):
    frames = [Image.new("RGB", (30, 30), tone) for tone in ("black", "red", "white")]
    data = saved(frames[0], kind, save_all=True, append_images=frames[1:])
    picture = read_picture(data)
    assert picture.pixels.max() < 5
    assert len(picture.notes) == 1 and "frames" in picture.notes[0]


@pytest.mark.parametrize("kind", ["JPEG", "TIFF"])
def test_cmyk_is_converted(kind):
    picture = read_picture(saved(Image.new("CMYK", (30, 30), (0, 0, 0, 255)), kind))
    assert picture.pixels.max() < 10
    assert len(picture.notes) == 1 and "CMYK" in picture.notes[0]


@pytest.mark.parametrize(
    ("kind", "values"),
    [
        ("PNG", np.linspace(1000, 5000, 28 * 28).astype(np.uint16)),  # as a 12-bit camera gives
        ("TIFF", np.linspace(0, 65535, 28 * 28).astype(np.uint16)),
        ("TIFF", np.linspace(-2e9, 2e9, 28 * 28).astype(np.int32)),
        ("TIFF", np.linspace(-0.5, 3.5, 28 * 28).astype(np.float32)),
        ("TIFF", np.linspace(-1e38, 1e38, 28 * 28).astype(np.float32)),
    ],
)
def test_more_than_8_bits_are_scaled_by_their_range(kind, values):
    picture = read_picture(saved(Image.fromarray(values.reshape(28, 28)), kind))
    expected = np.linspace(0, 255, 28 * 28).reshape(28, 28)
    assert np.abs(picture.pixels[0] - expected).max() <= 1
    assert len(picture.notes) == 1 and "8 bits" in picture.notes[0]


def test_a_flat_or_partly_undefined_deep_picture():
    assert not read_picture(saved(Image.new("I;16", (28, 28), 4000))).pixels.any()
    values = np.ones((28, 28), np.float32)
    values[0] = 3
    values[1] = np.nan
    values[2] = np.inf
    pixels = read_picture(saved(Image.fromarray(values), "TIFF")).pixels[0]
    assert (pixels[0] == 255).all() and not pixels[1:].any()
    assert not read_picture(saved(Image.fromarray(values * np.nan), "TIFF")).pixels.any()


def test_colour_of_16_bits_keeps_its_tones():
    # Pillow has no mode for it and reads the upper 8 bits
    rows = b"".join(b"\0" + struct.pack(">3H", 0xC8FF, 0x6400, 0x0500) * 8 for _ in range(8))
    header = png_chunk(b"IHDR", struct.pack(">IIBBBBB", 8, 8, 16, 2, 0, 0, 0))
    body = png_chunk(b"IDAT", zlib.compress(rows)) + png_chunk(b"IEND", b"")
    picture = read_picture(b"\x89PNG\r\n\x1a\n" + header + body, (3, 8, 8))
    assert picture.pixels[:, 0, 0].tolist() == [0xC8, 0x64, 0x05]


def transparent_palette():
    image = Image.new("P", (30, 30), 0)
    image.putpalette([0, 0, 0, 255, 0, 0])
    return saved(image, "PNG", transparency=0)


@pytest.mark.parametrize(
    "data",
    [
        saved(Image.new("RGBA", (30, 30), (0, 0, 0, 0))),
        saved(Image.new("LA", (30, 30), (0, 0))),
        saved(Image.new("RGBA", (30, 30), (0, 0, 0, 0)), "WEBP"),
        saved(Image.new("L", (30, 30), 0), transparency=0),
        saved(Image.new("RGB", (30, 30)), transparency=(0, 0, 0)),
        transparent_palette(),
    ],
)
def test_what_is_transparent_becomes_white(data):
    picture = read_picture(data)
    assert picture.pixels.min() == 255
    assert len(picture.notes) == 1 and "transparent" in picture.notes[0]


def test_half_transparent_ink_and_an_opaque_alpha_channel():
    half = read_picture(saved(Image.new("RGBA", (28, 28), (0, 0, 0, 128))))
    assert abs(int(half.pixels[0, 0, 0]) - 127) <= 1
    assert read_picture(saved(Image.new("RGBA", (28, 28), (7, 7, 7, 255)))).notes == ()


def drawn(ink: tuple[int, int, int], left: tuple[int, int, int] | None = None) -> Image.Image:
    """A bar on transparent ground, of one colour or the left half in another."""
    image = Image.new("RGBA", (28, 28), (0, 0, 0, 0))
    image.paste((*ink, 255), (8, 4, 20, 24))
    if left:
        image.paste((*left, 255), (8, 4, 14, 24))
    return image


@pytest.mark.parametrize("ink", [(255,) * 3, (0,) * 3, (128,) * 3, (240, 10, 10), (250, 240, 200)])
@pytest.mark.parametrize("kind", ["PNG", "WEBP", "TIFF"])
def test_a_drawing_in_one_colour_is_its_opacity(ink, kind):
    options = {"lossless": True} if kind == "WEBP" else {}
    picture = read_picture(saved(drawn(ink), kind, **options))
    expected = np.zeros((28, 28), np.uint8)
    expected[4:24, 8:20] = 255
    assert np.array_equal(picture.pixels[0], expected)
    assert len(picture.notes) == 1 and "one colour only" in picture.notes[0]


def test_soft_edges_of_a_drawing_stay():
    alpha = Image.fromarray(noise(28, 28))
    image = Image.merge("LA", (Image.new("L", (28, 28), 255), alpha))
    assert np.array_equal(read_picture(saved(image)).pixels[0], noise(28, 28))
    palette = Image.new("P", (28, 28), 0)  # a white drawing in a palette, as GIF has it
    palette.putpalette([0, 0, 0, 255, 255, 255])
    palette.paste(1, (8, 4, 20, 24))
    for kind in ("PNG", "GIF"):
        pixels = read_picture(saved(palette, kind, transparency=0)).pixels
        assert pixels[0, 10, 10] == 255 and pixels[0, 0, 0] == 0


def test_in_colour_a_drawing_keeps_its_colour_and_is_seen():
    for ink, ground in (((255,) * 3, 0), ((250, 240, 200), 0), ((0,) * 3, 255), ((240, 9, 9), 255)):
        picture = read_picture(saved(drawn(ink)), (3, 28, 28))
        assert picture.pixels[:, 10, 10].tolist() == list(ink)
        assert picture.pixels[:, 0, 0].tolist() == [ground] * 3
        assert ("become black" if ground == 0 else "become white") in picture.notes[0]


@pytest.mark.parametrize("channels", [1, 3])
def test_of_several_colours_the_ground_leaves_the_drawing(channels):
    light = read_picture(saved(drawn((255,) * 3, (225,) * 3)), (channels, 28, 28))
    assert light.pixels[:, 0, 0].max() == 0 and light.pixels[:, 10, 18].min() == 255
    dark = read_picture(saved(drawn((0,) * 3, (90,) * 3)), (channels, 28, 28))
    assert dark.pixels[:, 0, 0].min() == 255 and dark.pixels[:, 10, 18].max() == 0


@pytest.mark.parametrize("mode", ["1", "P"])
def test_few_colours(mode):
    pixels = np.where(noise(28, 28) > 127, 255, 0).astype(np.uint8)
    image = Image.fromarray(pixels).convert(mode)
    assert np.array_equal(read_picture(saved(image)).pixels[0], pixels)


@pytest.mark.parametrize("size", [(8000, 5001), (10_000, 10_000), (20_000, 20_000), (2**30, 2**30)])
def test_a_picture_of_hundreds_of_megapixels_takes_no_memory(size):
    tracemalloc.start()
    try:
        with pytest.raises(Problem, match="more than 40 million pixels"):
            read_picture(png_claiming(*size))
        assert tracemalloc.get_traced_memory()[1] < 5_000_000
    finally:
        tracemalloc.stop()


def test_a_real_bomb_is_refused_and_a_large_photo_is_not():
    assert 6000 * 6000 < MAX_PIXELS < 15_000 * 15_000
    bomb = saved(Image.new("1", (15_000, 15_000)))
    assert len(bomb) < 100_000
    with pytest.raises(Problem, match="more than 40 million pixels"):
        read_picture(bomb)
    with pytest.raises(Problem, match="more than 0 million pixels"):
        read_picture(saved(Image.new("L", (9, 9))), max_pixels=80)
    photo = saved(Image.new("L", (6000, 6000), 50), "JPEG")
    assert (read_picture(photo).pixels == 50).all()


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"GIF89a",
        b"not a picture at all",
        b"\x80\x04\x95 a pickle",
        b"PK\x03\x04" + bytes(60),
        b"%PDF-1.7\n",
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n",
        saved(Image.new("RGB", (9, 9)), "ICO"),  # an image, but of a kind that isn't accepted
    ],
)
def test_no_picture(data):
    with pytest.raises(Problem, match="not a picture"):
        read_picture(data)


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "GIF", "BMP", "WEBP", "TIFF"])
def test_a_truncated_picture(kind):
    whole = saved(Image.fromarray(noise(99, 99, 3)), kind)
    for share in (0.9, 0.5, 0.05):
        with pytest.raises(Problem, match="not a picture"):
            read_picture(whole[: int(share * len(whole))])


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "GIF", "BMP", "WEBP", "TIFF"])
def test_scrambled_pictures_give_pixels_or_a_problem(kind):
    whole = saved(Image.fromarray(noise(40, 40, 3)), kind)
    random = np.random.default_rng(1)
    for _ in range(60):
        data = bytearray(whole)
        for at in random.integers(0, min(len(data), 300), 3):
            data[at] = random.integers(256)
        try:
            assert read_picture(bytes(data)).pixels.shape == (1, 28, 28)
        except Problem:
            pass


def test_heic_is_told_with_what_to_do():
    head = struct.pack(">I", 24) + b"ftypheic" + bytes(4) + b"mif1heic" + bytes(500)
    with pytest.raises(Problem, match="HEIC pictures cannot be read here. Save them as JPEG"):
        read_picture(head)


@pytest.mark.parametrize("kind", ["PPM", "AVIF"])
def test_other_kinds_that_people_have(kind):
    picture = read_picture(saved(Image.new("RGB", (50, 50), (200, 100, 5)), kind), (3, 8, 8))
    assert np.abs(picture.pixels[:, 4, 4] - np.array([200, 100, 5])).max() <= 3
    assert read_picture(b"P2 2 2 255\n0 255 255 0\n", (1, 2, 2)).pixels.tolist() == [
        [[0, 255], [255, 0]]
    ]


def test_pixels_are_fitted_as_pictures_are():
    for size in ((28, 28), (40, 30), (9, 99)):
        for shape in ((1, 28, 28), (3, 20, 20)):
            for pixels in (noise(*size), noise(*size, 3)):
                expected = read_picture(saved(Image.fromarray(pixels)), shape).pixels
                assert np.array_equal(fit_pixels(pixels, shape), expected)


def test_a_set_of_deep_pictures_has_one_scale_for_each_kind_of_number():
    asked = []

    def reaches():
        asked.append(1)
        yield from [("I", 0.0, 1000.0), ("F", 0.5, 1.0), ("I", 500.0, 2000.0)]

    scales = Scales(reaches)
    image = saved(Image.new("I;16", (28, 28), 1000))
    assert read_picture(image, scales=scales).pixels[0, 0, 0] == 128  # 1000 of 2000
    half = saved(Image.fromarray(np.full((28, 28), 0.75, np.float32)), "TIFF")
    assert read_picture(half, scales=scales).pixels[0, 0, 0] == 128
    assert len(asked) == 1
    assert read_picture(saved(Image.new("L", (28, 28), 77)), scales=scales).pixels[0, 0, 0] == 77
    assert reach_of(image) == ("I", 1000.0, 1000.0)
    assert reach_of(saved(Image.new("L", (9, 9)))) is None and reach_of(b"nothing") is None


def test_ink_on_paper_is_told_from_light_on_dark(mnist_test):
    digits = mnist_test.pixels[:500]
    assert not any(looks_inverted(digit) for digit in digits)
    assert all(looks_inverted(invert(digit)) for digit in digits)
    assert np.array_equal(invert(invert(digits)), digits)
    shaded = (invert(digits[0]) // 4 + 40).astype(np.uint8)  # a dim photo of paper
    assert looks_inverted(shaded)
    assert not looks_inverted(np.full((3, 9, 9), 255, np.uint8))  # nothing on it
