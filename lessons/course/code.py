x = image.unsqueeze(0) / 255                  # (1, 1, 28, 28) in 0…1
z = encoder(x)                                # what goes through the narrow place
x_hat = torch.sigmoid(decoder(z))             # the reconstruction

right = ((x_hat - x) ** 2).mean().item()      # the error that was asked for
verdict = abs(guess - right) <= tolerance * right
