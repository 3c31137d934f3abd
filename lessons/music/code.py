h = None                                                  # the writer's memory
before = torch.zeros(len(z), 1, 90)                       # nothing has been written yet
plan = z @ P                                              # the code makes a plan of all 32 steps
for here in plan.unflatten(1, (32, -1)).split(1, dim=1):  # one sixteenth after the other
    y, h = gru(here + before @ E, h)                      # told the plan, and what it wrote
    logits = torch.cat([y, here], 2) @ C                  # 88 notes, a rest, a hold
    before = F.one_hot(logits.argmax(-1), 90).float()     # the next step hears it
    melody.append(before.argmax(-1))
