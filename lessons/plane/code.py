mean, log_variance = encoder(x).chunk(2, dim=1)        # (B, 1, 28, 28) -> 2 × (B, 2)
noise = torch.randn(mean.shape)                        # ε ~ N(0, I)
z = mean + torch.exp(0.5 * log_variance) * noise       # σ = exp(½ log σ²) is positive
logits = decoder(z)                                    # (B, 2) -> (B, 1, 28, 28)

recon = F.binary_cross_entropy_with_logits(logits, x, reduction="sum") / len(x)
kl = 0.5 * (mean**2 + log_variance.exp() - 1 - log_variance).sum(1).mean()
loss = recon + beta * kl                               # nats per image

picture = torch.sigmoid(decoder(torch.tensor([[z1, z2]])))  # any point becomes a digit
