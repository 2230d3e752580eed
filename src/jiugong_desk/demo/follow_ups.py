"""What is around the visits of the second campaign: rooms, reminders of tomorrow's, a visit that was put off, and tasks."""

from __future__ import annotations

from datetime import date, timedelta

from django.db.models import QuerySet

from ..appointments import services as visits
from ..appointments.models import Appointment
from ..appointments.slots import free_slots
from ..core.clock import bank_date, midnight
from ..customers.models import Customer
from ..duty.queries import absent_on
from ..organisation.models import Posting, Staff
from ..organisation.permissions import roles_with
from ..tasks import services as tasks
from . import story
from .people import People

NUMBERS = "一二三四五六七八九十"
DAY = timedelta(days=1)
YESTERDAY, TOMORROW = story.TODAY - DAY, story.TODAY + DAY


def rooms(people: People) -> None:
    """The head's outlet has a room for everybody who receives there; the other outlets talk at the desks."""
    head = people["outlet_head"]
    outlet = head.home
    assert outlet is not None
    receivers = Posting.objects.filter(unit=outlet, ended_on=None, role__in=roles_with("appointment.book"))
    at = story.moment(story.SECOND_PLANNED, 8, 20)
    for number in NUMBERS[: receivers.count()]:
        visits.add_room(outlet, name=f"洽谈室{number}", by=head, at=at)


def around_the_visits(people: People) -> None:
    """As a morning leaves it, on the desk of the manager whose login is printed and on her neighbours'."""
    manager = people.managers[0]
    _reminded(manager)
    _put_off(manager, people)
    _tasks(manager, people)


def _reminded(manager: Staff) -> None:
    """Three of her customers come tomorrow: one was not reached, one has confirmed, one is still to be called."""
    at = story.moment(story.TODAY, 9, 15)
    free = [slot for slot in free_slots(manager, now=at) if bank_date(slot) == TOMORROW]
    for customer, slot, said in zip(_customers(manager)[8:11], free, ("unreached", "confirmed", ""), strict=False):
        visit = visits.book(customer, manager=manager, starts_at=slot, by=manager, at=at)
        if said:
            visits.remind(visit, said=said, by=manager, at=story.moment(story.TODAY, 10, 8))


def _put_off(manager: Staff, people: People) -> None:
    """A customer rang the reception: another day, please."""
    assert manager.home is not None
    visit = _booked(TOMORROW, TOMORROW + 8 * DAY).filter(unit=manager.home).order_by("-starts_at").first()
    if visit is None:
        return
    at = story.moment(story.TODAY, 9, 50)
    free = free_slots(visit.manager, now=at, customer=visit.customer)
    if free:
        visits.move(visit, starts_at=free[-1], by=people.receptions[visit.unit_id], at=at)


def _tasks(manager: Staff, people: People) -> None:
    """One overdue, one for today, one for next week, one done; one of whom she stands in for, one with the wealth manager."""
    talked = _talked_with(manager)
    texts = (
        ("寄送三年期大额存单说明", YESTERDAY),
        ("问她的转账办好没有", story.TODAY),
        ("奖金到账前一周再约一次", story.TODAY + 6 * DAY),
        ("核对身份证到期日", story.TODAY),
    )
    made = []
    for (text, due_on), (customer, ref) in zip(texts, talked, strict=False):
        at = story.moment(YESTERDAY - DAY, 16, 10)
        source = "visit" if ref else ""
        made.append(tasks.add(customer, text=text, due_on=due_on, source=source, source_ref=ref, by=manager, at=at))
    if len(made) == len(texts):
        tasks.finish(made[-1], outcome="已更新证件", by=manager, at=story.moment(story.TODAY, 9, 35))
    _of_the_absent(people)
    if talked and "wealth_manager" in people.by_role:
        tasks.add(
            talked[0][0], text="讲解净值型理财的风险，客户想先听明白", due_on=TOMORROW, owner=people["wealth_manager"],
            by=manager, at=story.moment(story.TODAY, 9, 40),
        )  # fmt: skip


def _of_the_absent(people: People) -> None:
    """What she left for these days, before she went on leave."""
    away = absent_on(story.TODAY)
    for absent in people.managers:
        customer = _customers(absent).first() if absent.pk in away else None
        if customer is not None:
            before = story.moment(YESTERDAY, 17, 30)
            tasks.add(customer, text="下午送来收入证明，请代收存档", due_on=story.TODAY, by=absent, at=before)


def _talked_with(manager: Staff) -> list[tuple[Customer, str]]:
    """Her visitors of the last days with the visit's ref, then other customers of hers."""
    done = _between(story.SECOND_STARTS, story.TODAY).filter(manager=manager, state=Appointment.State.FINISHED)
    found = [(visit.customer, visit.ref) for visit in done.filter(customer__manager=manager)[:4]]
    known = {customer.pk for customer, _ref in found}
    others = [(customer, "") for customer in _customers(manager)[:8] if customer.pk not in known]
    return [*found, *others][:4]


def _customers(manager: Staff) -> QuerySet[Customer]:
    rows: QuerySet[Customer] = Customer.objects.everyone().filter(manager=manager, status=Customer.Status.ACTIVE)
    return rows.select_related("unit", "manager").order_by("-assets", "pk")


def _booked(first: date, last: date) -> QuerySet[Appointment]:
    return _between(first, last).filter(state=Appointment.State.BOOKED)


def _between(first: date, last: date) -> QuerySet[Appointment]:
    start, end = midnight(first), midnight(last + DAY)
    rows: QuerySet[Appointment] = Appointment.objects.everyone().filter(starts_at__gte=start, starts_at__lt=end)
    return rows.select_related("customer__unit", "customer__manager", "manager", "unit", "room")
