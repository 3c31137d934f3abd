x_hat = model(x)                                      # trained on normal images alone
off = blur(x_hat - x).square().sum((1, 2, 3))         # off by a pixel is almost right
error = torch.log(off / (x.sum((1, 2, 3)) + c))       # for each unit of ink
rare = -mixture.score_samples(model.encode(x))        # mixture.fit(codes of normal images)

# normal images put both on one scale
score = (error - error_mean) / error_std + w * (torch.from_numpy(rare) - rare_mean) / rare_std
alarm = score > threshold
