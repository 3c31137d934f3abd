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
