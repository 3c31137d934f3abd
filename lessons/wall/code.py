z = encoder(drawings)                          # (N, 2): the place of each drawing on the plane
middle = z.mean(0)                             # (2,): where the class writes on average
spread = (z - middle).square().sum(1).mean().sqrt()

near = torch.cdist(z, codes).argmin(1)         # the test digit whose code is nearest
read_as = labels[near]                         # (N,): what the place looks like
