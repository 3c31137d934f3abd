x, n = torch.cat([bent(x_hand), bent(x_print)]), len(x_hand)
z = encoder(x)                                            # one encoder for both kinds
loss = cross_entropy(hand(z[:n]), x_hand)                 # a decoder for each
loss = loss + cross_entropy(print_(z[n:]), x_print)       # judged by the images that weren't bent
# a discriminator says of which kind a code is; the encoder makes it say the other
loss = loss + F.softplus(judge(z[:n])).mean() + F.softplus(-judge(z[n:])).mean()
loss = loss + 160 * distance(z[:n], z[n:])                # and spreads both kinds of codes alike

swapped = torch.sigmoid(print_(encoder(x_hand))).detach() # handwriting, as print
z = encoder(bent(swapped))                                # and back: print, as handwriting
loss = loss + cross_entropy(hand(z), x_hand)              # must be what went in
