"""What the server answers beside Streamlit, on a server that a class shares."""

from starlette.routing import Route

from aecore.asking.class_file import ClassFile
from classroom import asking, events, following, visitors
from classroom.listening import Watcher


def routes() -> list[Route]:
    """All routes below the server's base path."""
    file = ClassFile()
    return [
        *visitors.routes(),
        *asking.routes(file),
        following.route(file),
        events.route(Watcher(file)),
    ]
