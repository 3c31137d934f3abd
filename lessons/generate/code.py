L = torch.linalg.cholesky(covariances)             # (K, d, d), of a mixture fitted to codes
k = torch.multinomial(weights, n, replacement=True)
eps = torch.randn(n, means.shape[1])
z = means[k] + temperature * torch.einsum("nij,nj->ni", L[k], eps)
x_hat = model.decode(z)                            # digits that nobody wrote

angle = torch.acos(F.cosine_similarity(a, b, dim=0))
t = torch.linspace(0, 1, 9)[:, None]               # from code a to code b
straight = (1 - t) * a + t * b
arc = torch.sin((1 - t) * angle) * a / a.norm() + torch.sin(t * angle) * b / b.norm()
spherical = ((1 - t) * a.norm() + t * b.norm()) * arc / torch.sin(angle)

z_new = z_digit - without_bar.mean(0) + with_bar.mean(0)    # arithmetic with groups of codes
