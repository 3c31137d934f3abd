"""What goes wrong with a model, said with what helps."""

from collections.abc import Sequence

import streamlit as st

from aecore.diagnosis import Finding
from ui.i18n import _, decimal


def tell(found: Sequence[Finding]) -> None:
    """Say each fault in a box: what is wrong, and what helps."""
    for each in found:
        values = {name: decimal(value) for name, value in each.values.items()}
        wrong = _(each.sentence).format(**values)
        st.warning(f"**{wrong}** {_(each.helps)}", icon=":material/troubleshoot:")
