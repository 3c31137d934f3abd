"""Train: what does learning look like?"""

import streamlit as st

from aecore.job import ALIVE
from aecore.messages import Problem
from aecore.training.run import Run, runs
from pages.train import run as watching
from pages.train import time_machine
from pages.train.form import expected_time, plan_form
from ui import cache, frame
from ui.controls import choose
from ui.i18n import _, tell

CODE = """\
optimizer = torch.optim.AdamW(model.parameters(), lr=peak, betas=(0.9, 0.99),
                              weight_decay=0.0, fused=True)
for epoch in range(epochs):
    order = torch.randperm(len(images), generator=generator)
    for step in range(steps):
        rate = one_cycle((epoch + step / steps) / epochs, peak)   # up, then down to 0
        for group in optimizer.param_groups:
            group["lr"] = rate
        target = images[order[step * batch : (step + 1) * batch]].float() / 255
        x = corrupt(target, corruption, draw * strength, generator)   # draw: 0…1 an image
        terms = model.losses(x, target, generator)   # {"recon": …, "kl": …} in nats an image
        optimizer.zero_grad()
        model.objective(terms).backward()            # recon + β · kl
        optimizer.step()
"""

frame.page(
    _("What does learning look like?"),
    _("An epoch goes once through all training images; the loss falls, and blobs become digits."),
)
left, right = st.columns([3, 7], gap="medium")
with left:
    plan = plan_form()
    started = st.button(
        _("Start training"),
        type="primary",
        icon=":material/play_arrow:",
        width="stretch",
        disabled=plan is None,
    )
    if started and plan is not None:
        try:
            run = Run.begin(plan)
        except Problem as problem:
            st.error(tell(problem))
        else:
            st.session_state["run"] = run.name
            time_machine.forget_the_moment()
    if plan is not None and expected_time(plan):
        st.caption(expected_time(plan))

found = {run.name: run for run in runs()}
with right:
    if not found:
        watching.before_the_first(plan)
    else:
        alive = [name for name, run in found.items() if run.state() in ALIVE]
        name = choose(
            _("Run"),
            "run",
            list(found),
            lambda name: watching.title(found[name]),
            default=alive[0] if alive else None,
            label_visibility="collapsed",
        )
        run = found[name]
        watching.watch(run)
        try:
            chosen = run.plan()
            cards = [cache.card(run.checkpoint)] if run.checkpoint.is_file() else []
            frame.in_use(cards, cache.images(chosen.dataset, "test"))
        except Problem:  # the run says so itself, or its images are gone
            frame.in_use([], None)

frame.try_this(
    [
        _("Train Variational with 2 numbers and press Play: which digits part first?"),
        _("Choose Small digits and 200 epochs: when do the curves part?"),
        _("Choose Gaussian noise and open the result in Denoise."),
    ]
)
frame.how_it_works(
    _(
        r"""Training lowers the mean loss over the training images,

$$
L(\theta) = \frac{1}{N} \sum_{n=1}^{N} \Bigl( \underbrace{-\sum_{p} x_{np} \log \hat x_{np}
+ (1 - x_{np}) \log (1 - \hat x_{np})}_{\text{recon}}
+ \beta \, \underbrace{\mathrm{KL}(q(z|\tilde x_n) \,\Vert\, \mathcal N(0, I))}_{\text{KL}}
\Bigr)
$$

by small steps against its gradient, a batch of images at a time.

- $x_{np}$: grey level 0…1 of pixel $p$ in image $n$; $\hat x_{np}$: what the decoder draws;
  $N$: the number of training images
- $\tilde x_n$: the input, damaged if a damage is chosen; the target $x_n$ is not
- $\theta$: all weights of encoder and decoder
- KL only for variational models, weighed by $\beta$; $q(z|\tilde x)$: the code's distribution
- *nats*: bits are to the logarithm of 2 what nats are to the natural one
- *test loss*: the same on images that never changed a weight. Its distance from the training loss
  is over-fitting; remedies are regularisation, stopping early, noise on the input, more images"""
    ),
    CODE,
)
