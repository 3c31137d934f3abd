"""Principal components of sets in which there is little to find."""

import numpy as np
import pytest

from aecore.pca import PrincipalComponents


@pytest.mark.parametrize("n", [1, 2, 3, 50])
@pytest.mark.parametrize("equal", [True, False])
def test_few_and_equal_images_have_components(n, equal):
    pixels = np.random.default_rng(0).integers(0, 256, (n, 1, 6, 5), dtype=np.uint8)
    if equal:
        pixels[:] = pixels[0]
    pca = PrincipalComponents.fit(pixels, k=8)
    k = len(pca.components)
    assert k == min(8, n)
    assert np.allclose(pca.components @ pca.components.T, np.eye(k), atol=1e-4)
    images = pixels.astype(np.float32) / 255
    if equal or n <= 8:  # as many directions as the images can differ in
        assert np.allclose(pca.reconstruct(images, k), images, atol=1e-4)
