"""Book, move, receive, finish, or lose a visit. Each change names the old state; whoever comes second is told so."""

from .booking import book, book_again, move
from .changing import arrive, cancel, miss, unbook
from .finishing import FollowUp, Line, Unsuitable, finish
from .reminding import remind
from .rooms import add_room, close_room, rename_room

__all__ = [
    "FollowUp",
    "Line",
    "Unsuitable",
    "add_room",
    "arrive",
    "book",
    "book_again",
    "cancel",
    "close_room",
    "finish",
    "miss",
    "move",
    "remind",
    "rename_room",
    "unbook",
]
