"""Features: how few labels are enough?"""

from pages.features import clicks, elsewhere, labels, layers, measuring
from ui import cache, frame
from ui.controls import choose
from ui.i18n import _

CLICKS, LABELS, LAYERS, ELSEWHERE = "clicks", "labels", "layers", "elsewhere"

frame.page("features")
views = {
    CLICKS: _("Ten clicks"),
    LABELS: _("Few labels"),
    ELSEWHERE: _("Trained elsewhere"),
    LAYERS: _("Layer by layer"),
}
view = choose(
    _("View"), "few", list(views), views.__getitem__, kind="row", label_visibility="collapsed"
)
if view == CLICKS:
    frame.in_use(measuring.cards(["conv-32/"]), cache.test_digits())
    clicks.show()
elif view == LABELS:
    frame.in_use(measuring.cards([*labels.CURVES]), cache.test_digits())
    labels.show()
elif view == LAYERS:
    frame.in_use([], cache.test_digits())
    layers.show()
else:
    frame.in_use([], cache.test_digits())
    elsewhere.show()
frame.try_this("features")
if view == CLICKS:
    clicks.table()
frame.how_it_works("features")
