z = encoder(x)                                         # (1, 1, 28, 28) -> (1, d)
moved = z.clone()
moved[0, j] += t                                       # one number under the hand
change = torch.sigmoid(decoder(moved)) - torch.sigmoid(decoder(z))

layers = [layer for layer in model.modules() if isinstance(layer, nn.Linear)]
filters = layers[0].weight.view(-1, 28, 28)            # a picture for each unit
strokes = layers[-1].weight.T.view(-1, 28, 28)         # what each of the last adds to the image

flow = {}                                              # what comes out of every layer
for name, layer in model.named_modules():
    if not list(layer.children()):
        layer.register_forward_hook(lambda _, taken, made, name=name: flow.update({name: made}))
x_hat = model(x)
