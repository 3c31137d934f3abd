steps = 2**b                                            # of each number, between low and high
level = ((z - low) / (high - low) * steps).floor().clamp(0, steps - 1)
z_rounded = low + (level + 0.5) * (high - low) / steps  # middles: what the decoder is given
x_hat = model.decode(z_rounded)

numbers = level.long().T                                # (numbers, images)
counts = [torch.bincount(k, minlength=steps) + 1 for k in numbers]
bits = sum(-torch.log2((n / n.sum())[k]) for n, k in zip(counts, numbers, strict=True))

weights = sum(w.numel() for w in model.decoder.parameters())
images_needed = 8 * weights / (8 * png_bytes - bits.mean())  # 8 bits a weight, against PNG
