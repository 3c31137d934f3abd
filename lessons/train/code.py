optimizer = torch.optim.AdamW(model.parameters(), lr=peak, betas=(0.9, 0.99),
                              weight_decay=0.0, fused=True)
for epoch in range(epochs):
    order = torch.randperm(len(images), generator=generator)
    for step in range(steps):
        rate = one_cycle((epoch + step / steps) / epochs, peak)   # up, then down to 0
        for group in optimizer.param_groups:
            group["lr"] = rate
        target = images[order[step * batch : (step + 1) * batch]].float() / 255
        draw = torch.rand(batch, generator=generator)             # 0…1, one an image
        x = corrupt(target, corruption, draw * strength, generator)
        terms = model.losses(x, target, generator)   # {"recon": …, "kl": …} in nats an image
        optimizer.zero_grad()
        model.objective(terms).backward()            # recon + β · kl
        optimizer.step()
