with torch.inference_mode():
    z = model.encode(x).double().numpy()                    # (N, 32): one code an image

tsne = TSNE(perplexity=30, negative_gradient_method="bh", theta=0.8, random_state=0)
y = tsne.prepare_initial(z)                                 # openTSNE: neighbours, PCA start
y = y.optimize(n_iter=150, exaggeration=12, momentum=0.8)   # islands gather
y = y.optimize(n_iter=300, exaggeration=1, momentum=0.8)    # and take their shape: (N, 2)

knn = KNeighborsClassifier(n_neighbors=10).fit(y, labels)   # labels only judge the map
accuracy = (knn.predict(None) == labels).mean()             # each point without itself
