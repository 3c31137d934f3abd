with open(path, "rb") as file:
    length, = struct.unpack("<Q", file.read(8))
    header = json.loads(file.read(length))         # name, shape and place of each weight …
card = json.loads(header["__metadata__"]["aecore"])  # … and the card

model = build(card["family"], **card["config"])    # the right shape, weights still random
model.load_state_dict(load(path.read_bytes()))     # numbers only: nothing in the file is run
