"""The roster, written slowly: for one person and one day at a time, everything asked anew."""

from __future__ import annotations


def first_absence(key, day, absences):
    return next((one for one in absences if one.person == key and one.first <= day <= one.last), None)


def stands_in(one, day, absences, callers, most):
    """Whether the person named in this absence really stands in on that day."""
    cover = one.cover
    if cover is None or cover not in callers or first_absence(cover, day, absences) is not None:
        return False
    earlier = []
    for other in absences:
        if other is one:
            break
        if other.cover == cover and first_absence(other.person, day, absences) is other:
            earlier.append(other)
    # All earlier claims on the same person are alike: he is there, he calls; the first so many have him.
    return len(earlier) < most


def status(key, day, absences, callers, most):
    one = first_absence(key, day, absences)
    if one is None:
        return "on_duty", None
    return ("covered", one.cover) if stands_in(one, day, absences, callers, most) else ("absent", None)


def holes(people, days, absences, callers, most):
    absent = [
        (person.key, day)
        for day in days
        for person in people
        if status(person.key, day, absences, callers, most)[0] == "absent"
    ]
    outlets = sorted({person.outlet for person in people if person.outlet is not None})
    empty = [
        (outlet, day)
        for day in days
        for outlet in outlets
        if all(
            status(person.key, day, absences, callers, most)[0] != "on_duty"
            for person in people
            if person.outlet == outlet
        )
    ]
    return absent, empty
