"""Train: what does learning look like?"""

from pages.train import here, on_server
from ui import frame

frame.page("train")
if here.wanted():
    here.show()
else:
    on_server.show()
    frame.try_this("train")
frame.how_it_works("train")
