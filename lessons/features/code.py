codes = model.encode(x).numpy()                      # (N, 32), learned without labels
places = island_map(codes)                           # (N, 2): t-SNE that keeps islands dense
groups = GaussianMixture(10).fit_predict(places)     # (N,), 0…9: no names yet

counts = np.zeros((10, 10), int)                     # how many of each group are of each class
np.add.at(counts, (groups, labels), 1)               # labels only judge
group, name = linear_sum_assignment(-counts)         # each class once
accuracy = counts[group, name].sum() / len(labels)
