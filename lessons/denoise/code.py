strength = 0.7 * torch.rand(len(x), 1, 1, 1)         # each image its own, from 0 up
damaged = (x + strength * torch.randn(x.shape)).clamp(0, 1)
logits = model.decode_logits(model.encode(damaged))  # sees the noise, and is judged by x:
loss = F.binary_cross_entropy_with_logits(logits, x, reduction="sum") / len(x)

restored = model(damaged)                            # decode(encode(damaged)), in 0…1
mse = ((restored - x) ** 2).mean((1, 2, 3))
psnr = -10 * torch.log10(mse)                        # in dB: images reach from 0 to 1
