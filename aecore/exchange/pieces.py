"""The pieces of a program that is written for a checkpoint, see :mod:`aecore.exchange.script`."""

HEAD = '''
"""{name}: an autoencoder of the Autoencoder Explorer as a program of its own.

{summary}

    python FILE --data FOLDER             the figures of the weights in {weights}
    python FILE --data FOLDER --train     trains it anew, as it was trained

FOLDER has the four IDX files of MNIST, unpacked; or it is a .npz file with train and test,
uint8 (N, C, H, W), and train_labels and test_labels. Needs torch, numpy and safetensors.
"""

import argparse
import math
from collections import OrderedDict
from pathlib import Path

import numpy as np
import torch
from safetensors.torch import load_file, save_file
from torch import Generator, Tensor, nn
from torch.nn import functional as F

WEIGHTS = Path("{weights}")  # in the folder where this runs, or say --weights
'''

# by family; "" for the others
CODES = {
    "": '''
    def encode(self, x):
        """(B, C, H, W) in 0…1 -> (B, LATENT_DIM)"""
        z = self.encoder(x)
        return BENT

    def decode_logits(self, z):
        return self.decoder(z)CROPPED
''',
    "variational": '''
    def posterior(self, x, labels=None):
        mean, log_variance = self.encoder(x).float().chunk(2, dim=1)
        return mean, log_variance

    def encode(self, x):
        """(B, C, H, W) in 0…1 -> (B, LATENT_DIM): the mean of the distribution"""
        return self.posterior(x)[0]

    def decode_logits(self, z, labels=None):
        return self.decoder(z)
''',
    "cvae": '''
    def told(self, labels, like):
        """One number a class, all 0 where it is untold (-1)."""
        if labels is None:
            return like.new_zeros(len(like), CLASSES_OF_MODEL)
        columns = torch.where(labels < 0, CLASSES_OF_MODEL, labels)
        return F.one_hot(columns, CLASSES_OF_MODEL + 1)[:, :-1].to(like.dtype)

    def posterior(self, x, labels=None):
        given = torch.cat([x.flatten(1), self.told(labels, x)], 1)
        mean, log_variance = self.encoder(given).float().chunk(2, 1)
        return mean, log_variance

    def encode(self, x):
        """(B, C, H, W) in 0…1 -> (B, LATENT_DIM): the mean of the distribution"""
        return self.posterior(x)[0]

    def decode_logits(self, z, labels=None):
        return self.decoder(torch.cat([z, self.told(labels, z)], 1)).view(-1, *SHAPE)
''',
    "contractive": '''
    def encode(self, x):
        """(B, C, H, W) in 0…1 -> (B, LATENT_DIM), with the decoder's weights"""
        return torch.tanh(F.linear(x.flatten(1), self.decoder[0].weight.T, self.bias))

    def decode_logits(self, z):
        return self.decoder(z)
''',
    "recurrent": '''
    def encode(self, x):
        """(B, C, H, W) in 0…1 -> (B, LATENT_DIM): a row is a step"""
        read, _memory = self.reader(x.transpose(1, 2).flatten(2))
        return self.to_code(read[:, -1])

    def decode_logits(self, z):
        told = self.from_code(z)[:, None].expand(-1, SHAPE[1], -1) + self.place
        memory = self.first_memory(z)[None]
        begin = (memory, torch.zeros_like(memory)) if isinstance(self.writer, nn.LSTM) else memory
        written, _memory = self.writer(told, begin)
        return self.to_row(written).unflatten(2, (SHAPE[0], SHAPE[2])).transpose(1, 2)
''',
    "recurrent, bare": '''
    def encode(self, x):
        """(B, C, H, W) in 0…1 -> (B, LATENT_DIM): a row is a step"""
        read, _memory = self.reader(x.transpose(1, 2).flatten(2))
        return read[:, -1]

    def decode_logits(self, z):
        written, _memory = self.writer(z[:, None].expand(-1, SHAPE[1], -1))
        return self.to_row(written).unflatten(2, (SHAPE[0], SHAPE[2])).transpose(1, 2)
''',
}

LOSSES = {
    "": '''
def losses(model, x, target, generator, labels):
    """Nats an image."""
    return cross_entropy(model.decode_logits(model.encode(x)), target)
''',
    "penalised": '''
def losses(model, x, target, generator, labels):
    """Nats an image, and what the code costs."""
    z = model.encode(x)
    recon = cross_entropy(model.decode_logits(z), target)
    costs = model.code_losses(z.float())
    return recon + sum(COSTS.get(name, 1.0) * cost for name, cost in costs.items())
''',
    "sparse": '''
def losses(model, x, target, generator, labels):
    """Nats an image, and a penalty on the code."""
    z = model.encode(x)
    recon = cross_entropy(model.decode_logits(z), target)
    z = z.float()
    penalty = z.sum(1).mean() if PENALTY == "l1" else kl_to_target(z.mean(0))
    return recon + SPARSITY * penalty
''',
    "contractive": '''
def losses(model, x, target, generator, labels):
    """Nats an image, and the squared norm of the encoder's Jacobian."""
    z = model.encode(x)
    recon = cross_entropy(model.decode_logits(z), target)
    slope = 1 - z.float() ** 2
    jacobian = (slope.square() * model.decoder[0].weight.square().sum(0)).sum(1)
    return recon + CONTRACTION * jacobian.mean()
''',
    "vae": '''
def losses(model, x, target, generator, labels):
    """Nats an image: the reconstruction of one sample, and what the codes tell."""
    mean, log_variance = model.posterior(x)
    noise = torch.randn(mean.shape, generator=generator, dtype=mean.dtype)
    z = mean + torch.exp(0.5 * log_variance) * noise
    return cross_entropy(model.decode_logits(z), target) + BETA * kl_to_prior(mean, log_variance)
''',
    "cvae": '''
def losses(model, x, target, generator, labels):
    """Nats an image; for a tenth of them the class is kept from the model."""
    if labels is not None:
        lot = torch.rand(labels.shape, generator=generator)
        labels = torch.where(lot < 0.1, -1, labels)
    mean, log_variance = model.posterior(x, labels)
    noise = torch.randn(mean.shape, generator=generator, dtype=mean.dtype)
    z = mean + torch.exp(0.5 * log_variance) * noise
    recon = cross_entropy(model.decode_logits(z, labels), target)
    return recon + BETA * kl_to_prior(mean, log_variance)
''',
}
LOSSES["conv_vae"] = LOSSES["vae"]

PLAYERS = '''
def players(model):
    """Who has an optimiser: weights, loss, share of the learning rate, momentum."""
    return [(list(model.parameters()), losses, 1.0, 0.9)]
'''

AAE_PLAYERS = '''
def judging(model, x, target, generator, labels):
    """How badly the discriminator tells codes from points of the prior."""
    with torch.no_grad():
        codes = model.encode(x).float()
    points = torch.randn(codes.shape, generator=generator)
    real, coded = model.discriminator(points).float(), model.discriminator(codes).float()
    return F.softplus(-real).mean() + F.softplus(coded).mean()


def fooling(model, x, target, generator, labels):
    """How badly the encoder's codes pass for such points."""
    return F.softplus(-model.discriminator(model.encode(x)).float()).mean()


def players(model):
    """Who has an optimiser: weights, loss, share of the learning rate, momentum."""
    drawing = [*model.encoder.parameters(), *model.decoder.parameters()]
    # where the codes lie as a whole is for the discriminator alone to say
    last = [layer for layer in model.encoder.modules() if isinstance(layer, nn.Linear)][-1]
    drawing = [each for each in drawing if each is not last.bias or not RECENTRED]
    return [
        (drawing, losses, 1.0, 0.5),
        (list(model.discriminator.parameters()), judging, 0.5, 0.5),
        (list(model.encoder.parameters()), fooling, 0.1, 0.5),
    ]
'''

UNDAMAGED = '''
def damaged(target, generator):
    """What the model is given while it learns: the images as they are."""
    return target
'''

RANDOM = """
Source = Generator


def uniform(shape, source, like):
    return torch.rand(*shape, generator=source)


def normal(shape, source, like):
    return torch.randn(*shape, generator=source, dtype=like.dtype)
"""

DAMAGED = '''
def damaged(target, generator):
    """What the model is given while it learns."""
    x = target
    if STRENGTH:
        draw = torch.rand(len(target), generator=generator) * STRENGTH
        x = {damage}(x, draw.reshape(-1, 1, 1, 1), generator)
    if INPUT_NOISE:
        noise = torch.full((len(x), 1, 1, 1), INPUT_NOISE)
        x = {noise}(x, noise, generator)
    return x
'''

TAIL = '''
def read_idx(path):
    """An IDX file: its magic number tells how many sides it has."""
    content = path.read_bytes()
    sides = np.frombuffer(content, ">i4", content[3], offset=4)
    return np.frombuffer(content, np.uint8, offset=4 + 4 * len(sides)).reshape(sides)


def read(data, split):
    """Images, uint8 (N, C, H, W), and their labels, int64 (N,) or None."""
    if data.suffix == ".npz":
        arrays = np.load(data)
        images, labels = arrays[split], arrays.get(f"{split}_labels")
    else:
        stem = {"train": "train", "test": "t10k"}[split]
        images, labels = (
            read_idx(next(data.glob(f"{stem}-{kind}")))
            for kind in ("images*3-ubyte", "labels*1-ubyte")
        )
    images = torch.from_numpy(images.reshape(-1, *SHAPE).copy())
    labels = None if labels is None else torch.from_numpy(labels.astype(np.int64))
    if CLASSES and labels is not None:
        chosen = torch.isin(labels, torch.tensor(CLASSES))
        images, labels = images[chosen], labels[chosen]
    return images, labels


def train(model, images, labels):
    """Train it in place, epoch by epoch; all that is random is seeded."""
    n = len(images)
    order = torch.arange(n)
    if VALIDATION or IMAGES:
        order = torch.randperm(n, generator=torch.Generator().manual_seed(SEED))[-IMAGES:]
    learned = order[max(1, round(VALIDATION * len(order))) if VALIDATION else 0 :]
    batch_size = min(BATCH_SIZE, len(learned))
    steps = STEPS or len(learned) // batch_size
    if BEGIN_AT_MEAN:
        mean = (images[learned[:: math.ceil(len(learned) / 1000)]].float() / 255).mean(0)
        with torch.no_grad():
            model.get_parameter(BEGIN_AT_MEAN).copy_(mean.flatten().logit(eps=1e-3))
    playing = [
        (loss, rate, torch.optim.AdamW(
            weights, lr=PEAK, betas=(momentum, 0.99), weight_decay=WEIGHT_DECAY, fused=True
        ))
        for weights, loss, rate, momentum in players(model)
    ]
    for epoch in range(1, EPOCHS + 1):
        generator = torch.Generator().manual_seed(SEED * 10_007 + epoch)
        for module in model.modules():
            if type(module).__name__ == "Dropout":
                module.generator = generator
        passes = [
            learned[torch.randperm(len(learned), generator=generator)]
            for _ in range(0, steps * batch_size, len(learned))
        ]
        order = torch.cat(passes)[: steps * batch_size]
        model.train()
        for step in range(steps):
            chosen = order[step * batch_size : (step + 1) * batch_size]
            target = images[chosen].float() / 255
            told = None if labels is None else labels[chosen]
            x = damaged(target, generator)
            progress = (epoch - 1 + step / steps) / EPOCHS
            for loss_of, rate, optimizer in playing:
                for group in optimizer.param_groups:
                    group["lr"] = one_cycle(progress, PEAK * rate)
                with torch.autocast("cpu", torch.bfloat16, enabled=BFLOAT16):
                    loss = loss_of(model, x, target, generator, told)
                optimizer.zero_grad()
                loss.backward()
                optimizer.step()
        print(f"epoch {epoch} of {EPOCHS}", flush=True)
    model.eval()


@torch.inference_mode()
def figures(model, images):
    """MSE, BCE in nats a pixel, PSNR in dB: means over the images, without damage."""
    model.eval()
    found = []
    for part in images.split(250):
        x = part.float() / 255
        made = torch.sigmoid(model.decode_logits(model.encode(x)))
        mse = ((made - x) ** 2).flatten(1).mean(1)
        bce = F.binary_cross_entropy(made, x, reduction="none").flatten(1).mean(1)
        found.append(torch.stack([mse, bce, -10 * torch.log10(mse)], 1))
    mse, bce, psnr = torch.cat(found).mean(0).tolist()
    return {"mse": mse, "bce": bce, "psnr": psnr}


def main(arguments=None):
    parser = argparse.ArgumentParser()
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--train", action="store_true")
    parser.add_argument("--weights", type=Path, default=WEIGHTS)
    parser.add_argument("--out", type=Path, help="where trained weights go, a .safetensors file")
    chosen = parser.parse_args(arguments)
    torch.manual_seed(SEED)
    model = Model()
    if chosen.train:
        train(model, *read(chosen.data, "train"))
        if chosen.out:
            save_file(model.state_dict(), chosen.out)
    else:  # stored with 16 bits, computed with 32
        stored = load_file(chosen.weights)
        model.load_state_dict(
            {n: t.float() if t.is_floating_point() else t for n, t in stored.items()}
        )
    for name, value in figures(model, read(chosen.data, "test")[0]).items():
        print(f"{name} {value:.6f}")
'''

CALL = """
if __name__ == "__main__":
    main()
"""

# in a notebook
RUN = """
FOLDER = "data"  # where the images are
main(["--data", FOLDER])  # with "--train" it learns anew
"""
