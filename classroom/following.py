"""Follow me: the teacher's page says which address it shows; events.py tells it to all pages."""

import re

from starlette.routing import Route

from aecore.asking.class_file import ClassFile
from aecore.asking.followed import put_address
from aecore.messages import N_, Problem
from aecore.ownership import Visitor
from classroom.commands import Said, command, text

LONGEST = 4000  # characters of an address; the longest drawing takes 1,500
# a screen of ours and what its address says, as browsers spell both: never another server
_ADDRESS = re.compile(r"/(?:[\w-]+/?)?(\?[\w.~!$&'()*+,;=:@%/?-]*)?", re.ASCII)


def route(file: ClassFile) -> Route:
    """``POST /class/here`` with ``{"address": "/plane?z1=0.6"}``; "" ends the following."""

    def here(_visitor: Visitor, said: Said) -> None:
        address = text(said, "address", LONGEST)
        if address and not _ADDRESS.fullmatch(address):
            raise Problem(N_("The page said something that it should not. Load it anew."))
        put_address(file, address)

    return command("here", here, teacher=True)
