z = encoder(x)                         # (B, 1, 28, 28) -> (B, 32): the code
x_hat = torch.sigmoid(decoder(z))      # (B, 32) -> (B, 1, 28, 28)
mse = ((x_hat - x) ** 2).mean((1, 2, 3))

# the rival: PCA, fitted to the images that the model learned from
flat = x.flatten(1)                    # (B, 784)
z = (flat - mean) @ components[:32].T  # (B, 32)
x_hat = z @ components[:32] + mean
