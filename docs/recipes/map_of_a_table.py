"""A table as a map: an autoencoder makes 16 numbers of 64, t-SNE a place of these.

python docs/recipes/map_of_a_table.py
"""

from openTSNE.sklearn import TSNE
from sklearn.datasets import load_digits
from sklearn.pipeline import make_pipeline

from aecore import metrics
from aecore.sklearn import AutoencoderTransformer

rows, classes = load_digits(return_X_y=True)
codes = AutoencoderTransformer("deep", latent_dim=16, epochs=8, random_state=0)
positions = make_pipeline(
    codes, TSNE(random_state=0, n_iter=250, early_exaggeration_iter=100)
).fit_transform(rows)  # (1797, 2)

found = metrics.knn_accuracy(positions, classes)
print(f"Of the ten nearest on the map most are of one's own class for {found:.1%} of the rows.")
