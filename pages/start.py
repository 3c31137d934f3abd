"""Start: what is an autoencoder?"""

import numpy as np
import streamlit as st

from ui import cache, controls, layout
from ui.i18n import _
from ui.images import code_bars, flow, picture, png_uri, show

layout.page(_("What is an autoencoder?"), _("A network."))
digits = cache.test_digits()
firsts = [int(np.flatnonzero(digits.labels == d)[0]) for d in range(10)]
pick = controls.choose("Pick a digit", "digit", [str(d) for d in range(10)],
   lambda d: f"![{d}]({png_uri(digits.pixels[firsts[int(d)]])})", default="7", kind="row")
x = digits.pixels[firsts[int(pick)]]
card = cache.cards()["deep-32"]
layout.in_use([card], digits)
model, card = cache.model(cache.checkpoints()["deep-32"])
from aecore.evaluation import encode, decode
z = encode(model, x[None])
y = decode(model, z)[0]
from ui.images import figure, Picture
show(flow(figure(picture(x,"a","cap"),168), code_bars(z[0],"code"), figure(picture(y,"b","cap"),168)))
