"""The strangest pictures of a folder: those that an autoencoder of the folder copies worst.

python docs/recipes/strange_pictures.py FOLDER
"""

import sys

from aecore.anomalies import SCORES, Normal
from aecore.data.own import OwnPictures
from aecore.sklearn import AutoencoderTransformer

pictures = OwnPictures.named(sys.argv[1])
normal = pictures.load("train").pixels  # four fifths; a few strange ones among them do no harm
model = AutoencoderTransformer("conv", latent_dim=8, epochs=12, random_state=0).fit(normal).model_

strangeness = SCORES["error"].fit(Normal(normal, model))
scores = strangeness(pictures.checkup().pixels)
by_score = sorted(zip(scores, pictures.names, strict=True), reverse=True)
strangest = [name for _score, name in by_score[:5]]
print("\n".join(strangest))
