"""Contract tests: every family in MODELS, also one that is added tomorrow."""

import pytest
import torch
from torch import nn

from aecore import checkpoint, evaluation
from aecore.messages import Problem
from aecore.models import MODELS, Variational, build
from aecore.models.base import CODE, LOSS, SHAPE
from aecore.models.folding import fold_batch_norms

SHAPES = [(1, 28, 28), (3, 17, 22)]
EVERY = [(family, shape) for family in MODELS for shape in SHAPES]


def images(shape: tuple[int, int, int], n: int = 6) -> torch.Tensor:
    return torch.rand((n, *shape), generator=torch.Generator().manual_seed(1))


@pytest.mark.parametrize(("family", "shape"), EVERY)
def test_shapes_and_range(family, shape):
    model = build(family, image_shape=shape, latent_dim=5).eval()
    x = images(shape)
    z = model.encode(x)
    assert z.shape == (6, 5)
    x_hat = model.decode(z)
    assert x_hat.shape == x.shape
    assert 0 <= x_hat.min() and x_hat.max() <= 1
    assert torch.equal(model(x), x_hat)  # encoding draws no random numbers


@pytest.mark.parametrize(("family", "shape"), EVERY)
def test_losses_are_finite_and_every_parameter_learns(family, shape):
    model = build(family, image_shape=shape, latent_dim=5)
    x, labels = images(shape), torch.arange(6)
    assert "recon" in model.losses(x, x)
    players = model.players()
    moved = {id(parameter) for player in players.values() for parameter in player.parameters}
    assert moved == {id(parameter) for parameter in model.parameters()}
    names = {id(parameter): name for name, parameter in model.named_parameters()}
    for player in players.values():
        model.zero_grad()
        terms = player.losses(x, x, torch.Generator().manual_seed(0), labels)
        assert all(term.ndim == 0 and term.isfinite() for term in terms.values())
        model.objective(terms).backward()
        for parameter in (each for each in player.parameters if each.requires_grad):
            name = names[id(parameter)]
            assert parameter.grad is not None, name
            assert parameter.grad.isfinite().all(), name
            assert parameter.grad.abs().sum() > 0 or "bias" in name, name


@pytest.mark.parametrize("family", MODELS)
def test_a_family_tells_what_others_need_to_know_of_it(family):
    one = MODELS[family]
    assert one.title and one.summary.endswith(".") and one.seconds > 0
    assert set(one.changes) <= {SHAPE, LOSS, CODE}
    assert one.prior is None or one.prior.endswith(".")
    config = one.config_type((1, 28, 28))  # its own values keep its own limits
    for name, told in config.settings().items():
        assert told.label
        assert not told.choices or isinstance(getattr(config, name), str)
    # whatever is measured beside what all are measured by has a name for people
    torch.manual_seed(0)
    model = build(family, image_shape=(1, 28, 28), latent_dim=2).eval()
    pixels = (255 * images((1, 28, 28))).byte().numpy()
    assert evaluation.evaluate(model, pixels).keys() <= evaluation.FIGURES.keys() | one.figures
    terms = model.losses(images((1, 28, 28)), images((1, 28, 28)))
    assert set(one.judged_by) <= terms.keys()
    assert len(one.judged_by) == 1 or set(one.judged_by) <= one.figures.keys()


@pytest.mark.parametrize("family", MODELS)
def test_settings_outside_their_limits_are_refused(family):
    for name, told in MODELS[family].config_type.settings().items():
        bad = ["best"] if told.choices else [-1, told.most * 1.01, "much", True]
        for value in bad:
            with pytest.raises(Problem, match=name):
                build(family, image_shape=(1, 28, 28), **{name: value})


def test_what_keeps_codes_together_can_be_put_out_of_action():
    shape = (1, 8, 8)
    assert build("deep", image_shape=shape).kept_together_by() is None
    assert build("aae", image_shape=shape).kept_together_by()
    assert build("vae", image_shape=shape).kept_together_by()
    assert build("vae", image_shape=shape, beta=0.0).kept_together_by() is None


@pytest.mark.training
@pytest.mark.parametrize("family", MODELS)
def test_overfits_one_batch(family):
    torch.manual_seed(0)
    model = build(family, image_shape=(1, 12, 12), latent_dim=8)
    x = (images((1, 12, 12), 8) > 0.5).float()
    optimizer = torch.optim.AdamW(model.parameters(), lr=1e-2)
    generator = torch.Generator().manual_seed(0)
    first = last = 0.0
    for _ in range(150):
        terms = model.losses(x, x, generator)
        optimizer.zero_grad()
        model.objective(terms).backward()
        optimizer.step()
        last = float(terms["recon"].detach())
        first = first or last
    assert last < 0.35 * first


@pytest.mark.parametrize("family", MODELS)
def test_recon_is_per_image_so_batch_size_does_not_weigh_kl(family):
    model = build(family, image_shape=(1, 12, 12), latent_dim=3).eval()
    x = images((1, 12, 12), 1)
    once = model.losses(x, x, torch.Generator().manual_seed(0))
    many = model.losses(x.repeat(64, 1, 1, 1), x.repeat(64, 1, 1, 1))
    for name in once:
        assert many[name].item() == pytest.approx(once[name].item(), rel=0.05), name


@pytest.mark.parametrize("family", MODELS)
@pytest.mark.parametrize("latent_dim", [0, -1, 5000, 2.5, "2", None, True])
def test_code_sizes_outside_the_range_are_refused(family, latent_dim):
    with pytest.raises(Problem, match="code size"):
        build(family, image_shape=(1, 28, 28), latent_dim=latent_dim)


@pytest.mark.parametrize("family", MODELS)
@pytest.mark.parametrize("latent_dim", [1, 256])
def test_smallest_and_largest_code(family, latent_dim):
    model = build(family, image_shape=(1, 28, 28), latent_dim=latent_dim).eval()
    assert model(images((1, 28, 28))).shape == (6, 1, 28, 28)


@pytest.mark.parametrize(
    "settings",
    [
        {"image_shape": (1, 28)},
        {"image_shape": (9, 28, 28)},
        {"image_shape": (1, 1, 100_000)},
        {"image_shape": "28"},
        {"image_shape": (1, 28, 28), "colour": "red"},
        {},
    ],
)
@pytest.mark.parametrize("family", MODELS)
def test_bad_settings_are_refused_in_one_sentence(family, settings):
    with pytest.raises(Problem):
        build(family, **settings)


def test_too_large_a_model_is_refused_before_memory_is_taken():
    with pytest.raises(Problem, match="million weights"):
        build("deep", image_shape=(3, 512, 512), widths=(4096, 4096))


def test_unknown_family_lists_the_known_ones():
    with pytest.raises(Problem, match="simple.*vae"):
        build("transformer", image_shape=(1, 28, 28))


@pytest.mark.parametrize("family", [f for f in MODELS if issubclass(MODELS[f], Variational)])
def test_posterior_of_variational_families(family):
    model = build(family, image_shape=(1, 28, 28), latent_dim=3).eval()
    mean, log_variance = model.posterior(images((1, 28, 28)))
    assert mean.shape == log_variance.shape == (6, 3)
    x = images((1, 28, 28))
    one = model.losses(x, x, torch.Generator().manual_seed(1))["recon"]
    other = model.losses(x, x, torch.Generator().manual_seed(2))["recon"]
    assert one != other  # the posterior is sampled
    assert model.losses(x, x, torch.Generator().manual_seed(1))["recon"] == one


def test_kl_of_known_gaussians():
    from aecore.models.vae import kl_to_prior

    zero = torch.zeros(4, 3)
    assert kl_to_prior(zero, zero) == 0
    # a mean of 2 in one of three numbers: KL = 2² / 2
    mean = torch.tensor([[2.0, 0, 0]])
    assert kl_to_prior(mean, torch.zeros(1, 3)) == pytest.approx(2.0)


@pytest.mark.parametrize("checkpoint_path", checkpoint.shipped().values(), ids=lambda p: p.stem)
def test_folded_batch_norms_change_no_picture(checkpoint_path, mnist_test):
    model, _card = checkpoint.load(checkpoint_path)
    pixels = mnist_test.pixels[:100]
    codes, images = evaluation.encode(model, pixels), evaluation.reconstruct(model, pixels)
    fold_batch_norms(model)
    kept = [layer for layer in model.modules() if isinstance(layer, nn.BatchNorm1d)]
    assert len(kept) == (1 if model.family == "recurrent" else 0)  # there it comes first
    assert evaluation.encode(model, pixels) == pytest.approx(codes, abs=1e-4, rel=1e-4)
    assert evaluation.reconstruct(model, pixels) == pytest.approx(images, abs=1e-4)
