"""When a decoder and small codes take less than the images themselves."""

from math import inf, isfinite


def total(decoder: float, each: float, images: float) -> float:
    """z + w·y·b: a decoder of ``decoder`` bytes and ``images`` codes of ``each`` bytes."""
    return decoder + images * each


def images_needed(decoder: float, code: float, image: float) -> float:
    """From how many images on it pays: z / (bytes of an image - bytes of its code).

    Infinite where a code is no smaller than the image.
    """
    return decoder / (image - code) if image > code else inf


def pays(decoder: float, code: float, image: float, images: float) -> bool:
    """z + w·y·b < x for so many images."""
    needed = images_needed(decoder, code, image)
    return isfinite(needed) and images > needed
