"""Pictures of a folder, denoised: a model learns to undo noise that it is given with them.

python docs/recipes/denoise_folder.py FOLDER NEW_FOLDER
"""

import sys
from pathlib import Path

from PIL import Image

from aecore import metrics, restoration
from aecore.data.own import OwnPictures
from aecore.sklearn import AutoencoderTransformer

train, test = (OwnPictures.named(sys.argv[1]).load(split).pixels for split in ("train", "test"))
model = AutoencoderTransformer(
    "conv", latent_dim=64, corruption="gaussian", strength=0.5, epochs=25, random_state=0
).fit(train)

noisy = restoration.damage(test, "gaussian", 0.4, seed=0)  # float32 (N, C, H, W) in 0…1
restored = restoration.by_model(model.model_)(noisy)
before, after = (metrics.psnr(each, test / 255).mean() for each in (noisy, restored))
print(f"{before:.1f} dB noisy, {after:.1f} dB restored")

folder = Path(sys.argv[2])
folder.mkdir()
for number, picture in enumerate((restored * 255).round().astype("uint8")):
    Image.fromarray(picture.transpose(1, 2, 0).squeeze()).save(folder / f"{number:04}.png")
