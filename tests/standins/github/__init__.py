"""A stand-in GitHub: the official descriptions judge every request, a real bare repository is behind it."""

from standins.github.hub import TOKEN, Fault, Hub
from standins.github.rest import Pull
from standins.github.server import Request
from standins.github.store import ZERO
from standins.github.troubles import Act, Answer, Drop, Hang, Nth

__all__ = ["TOKEN", "ZERO", "Act", "Answer", "Drop", "Fault", "Hang", "Hub", "Nth", "Pull", "Request"]
