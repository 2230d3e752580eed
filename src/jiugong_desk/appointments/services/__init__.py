"""Book, move, receive, finish, or lose a visit. Each change names the old state; whoever comes second is told so."""

from .booking import book, book_again, move
from .changing import arrive, cancel, miss, take_arrival_back, take_miss_back, unbook
from .finishing import FollowUp, Line, Unsuitable, finish
from .holding import give_up_slot, hold_slot
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
    "give_up_slot",
    "hold_slot",
    "miss",
    "move",
    "remind",
    "rename_room",
    "take_arrival_back",
    "take_miss_back",
    "unbook",
]
