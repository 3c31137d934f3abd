"""Start: what is an autoencoder?"""

import streamlit as st

from pages import SCREENS
from pages.start import kinds, on_this_machine, properties, walkthrough
from ui import cache, frame
from ui.i18n import _

MODEL = "deep-32"

CODE = """\
encoder = nn.Sequential(nn.Flatten(), mlp([784, 512, 256, 32]))
decoder = nn.Sequential(mlp([32, 256, 512, 784]), nn.Unflatten(1, (1, 28, 28)))
weights = [*encoder.parameters(), *decoder.parameters()]
optimizer = torch.optim.AdamW(weights, lr=3e-3, betas=(0.9, 0.99), weight_decay=0.0)

for x in batches:                           # (B, 1, 28, 28), grey levels 0…1, no labels
    z = encoder(x)                          # (B, 32): the code
    logits = decoder(z)                     # (B, 1, 28, 28)
    loss = F.binary_cross_entropy_with_logits(logits, x, reduction="sum") / len(x)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()

x_hat = torch.sigmoid(decoder(encoder(x)))  # the reconstruction
"""

frame.page(
    _("What is an autoencoder?"),
    _(
        "A network that learns to copy its input through a narrow place: "
        "what gets through is the code, and only from the code the copy is drawn."
    ),
)
path = cache.checkpoints()[MODEL]
digits = cache.test_digits()
frame.in_use([cache.card(path)], digits)
walkthrough.show(path, digits)

prompts, links = st.columns([3, 2])
with prompts:
    frame.try_this(
        [
            _("Step through the examples of one digit: which handwriting loses most?"),
            _("Pick a 4 and then a 9: which bars of the code change, which stay?"),
            _("Compare the error with that of PCA: what does a network gain over straight lines?"),
        ]
    )
with links:
    for screen in SCREENS[1:]:
        screen.link(_(screen.question))

st.header(_("Three properties"), anchor=False)
properties.show(path, digits)
st.header(_("A family"), anchor=False)
kinds.show()
st.header(_("What is on this machine"), anchor=False)
on_this_machine.show()
frame.how_it_works(
    _(
        r"""
The encoder $f$ turns an image $x$ into its code $z = f(x)$, the decoder $g$ turns the code into
the reconstruction $\hat x = g(z)$. Training changes the weights of both until a distance between
$x$ and $\hat x$ is small, on average over all training images: the squared error
$\lVert x - \hat x \rVert^2$ or, as here, the cross-entropy
$-\sum_i x_i \log \hat x_i + (1 - x_i) \log (1 - \hat x_i)$ over the pixels $i$. No labels are
needed: the input is its own target (self-supervised, strictly speaking, rather than
unsupervised). Often only the encoder is kept after training.
"""
    ),
    CODE,
)
