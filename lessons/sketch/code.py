inked = pad[top:bottom, left:right]                  # what the pen touched, light on dark
scale = 20 / max(inked.shape)
height, width = (round(scale * n) for n in inked.shape)
small = np.asarray(Image.fromarray(inked).resize((width, height), Image.Resampling.BOX))
down = round(14 - small.sum(1) @ np.arange(height) / small.sum())  # the centre of mass …
right = round(14 - small.sum(0) @ np.arange(width) / small.sum())  # … goes to the middle
x = np.zeros((28, 28), np.uint8)
x[down : down + height, right : right + width] = small             # moved by whole pixels

z = encoder(x)                                       # (32,)
distance = np.linalg.norm(codes - z, axis=1)         # from the codes of 10,000 test digits
near = distance.argsort()[:10]
weights = np.exp(-2 * (distance[near] / distance[near[-1]]) ** 2)
apart = np.linalg.norm(positions[near][:, None] - positions[near], axis=2)  # (10, 10)
place = positions[near[(weights * apart).sum(1).argmin()]]         # on the map
