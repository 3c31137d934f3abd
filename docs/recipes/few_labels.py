"""Twenty labels for 1,437 images: codes are learned without labels, and labels spread on them.

python docs/recipes/few_labels.py
"""

from sklearn.linear_model import LogisticRegression

from aecore import data, few_labels
from aecore.label_spreading import Spreading
from aecore.sklearn import AutoencoderTransformer

images = data.load("digits", "train")
assert images.labels is not None
codes = AutoencoderTransformer("deep", latent_dim=16, epochs=10, random_state=0).fit_transform(
    images
)

told = few_labels.drawn(images.labels, 20, seed=0)  # two of each class
spread = Spreading(codes).of(told, images.labels[told], classes=10)

# beside it: what a classifier learns from the twenty alone
pixels = images.pixels.reshape(len(images), -1) / 255
alone = LogisticRegression(max_iter=1000).fit(pixels[told], images.labels[told]).predict(pixels)

right = {}
for name, said in (("the twenty alone", alone), ("codes of all images", spread)):
    right[name] = (said == images.labels).mean()
    print(f"{name}: {right[name]:.1%} right")
