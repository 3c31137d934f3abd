inked = pad[top:bottom, left:right]                 # what the pen touched, light on dark
scale = 20 / max(inked.shape)
height, width = (round(scale * n) for n in inked.shape)
small = inked.resize((width, height), BOX)          # grey levels: averages over each pixel
down, right = centre_of_mass(small)
x[14 - down :, 14 - right :][:height, :width] = small   # (28, 28), moved by whole pixels

z = encoder(x)                                      # (32,)
near = argsort(norm(codes - z))[:10]                # codes of 10,000 test digits
weights = exp(-2 * (distance[near] / distance[near[-1]]) ** 2)
apart = norm(positions[near][:, None] - positions[near])    # (10, 10), on the map
place = positions[near[argmin((weights * apart).sum(1))]]
