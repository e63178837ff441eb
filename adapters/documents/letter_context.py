"""Decides how the facts of a letter are worded: days, sizes; what is not known stays empty."""

from collections.abc import Mapping
from datetime import date
from typing import Final

from adapters.documents.written import in_one_line
from bot.app.letter_fields import (
    Exhibit,
    Happened,
    LetterFields,
    Site,
    fields_of,
    libel_limit_on,
)
from bot.domain.personal import Personal

Row = Mapping[str, str]
Value = str | bool | tuple[str, ...] | tuple[Row, ...]

_KIB: Final = 1024


def context(letter: str, fields: LetterFields) -> dict[str, Value]:
    """The fields that the template of that letter may use, in words, by name."""
    everything = {**_of_the_school(fields), **_of_the_post(fields), **_of_people(fields)}
    return {name: everything[name] for name in fields_of(letter)}


def day_in_words(day: date | None) -> str:
    """A day as it stands in a letter, such as "24 November 2026"; empty for none."""
    return f"{day.day} {day:%B %Y}" if day else ""


def size_in_words(size: int) -> str:
    """Bytes in the unit that fits, such as "1.4 MB"."""
    if size < _KIB:
        return f"{size} bytes"
    return f"{size / _KIB:.0f} KB" if size < 1000 * _KIB else f"{size / _KIB**2:.1f} MB"


def _of_the_school(fields: LetterFields) -> dict[str, Value]:
    head = fields.letterhead
    telephone, email, website = map(in_one_line, (head.telephone, head.email, head.website))
    return {
        "school_name": in_one_line(fields.school),
        "school_address": _lines(fields.letterhead.address),
        "school_address_line": ", ".join(_lines(fields.letterhead.address)),
        "school_telephone": telephone,
        "school_email": email,
        "school_website": website,
        "school_contact_line": " · ".join(each for each in (telephone, email, website) if each),
        "sender_name": _read(fields.sender_name),
        "sender_title": in_one_line(fields.sender_title),
        "date": day_in_words(fields.written_on),
        "reference": str(fields.reference),
        "contacts": tuple(
            {"who": in_one_line(who), "number": in_one_line(number)}
            for who, number in fields.contacts
        ),
        "complaints_route": in_one_line(fields.complaints_route),
        "proposed_times": _lines(fields.proposed_times),
    }


def _of_the_post(fields: LetterFields) -> dict[str, Value]:
    site = fields.site or Site("")
    limit_on = libel_limit_on(fields.seen_on) if fields.seen_on else None
    return {
        "concerns": _lines(fields.concerns),
        "place": in_one_line(fields.place),
        "links": tuple(_read(link) for link in fields.links),
        "seen_on": day_in_words(fields.seen_on),
        "still_up_on": day_in_words(fields.still_up_on),
        "clauses": tuple(
            {"number": in_one_line(each.number), "text": in_one_line(each.text)}
            for each in fields.clauses
        ),
        "remove_by": day_in_words(fields.remove_by),
        "site_name": in_one_line(site.name),
        "site_report_at": in_one_line(site.report_at),
        "site_checked_on": day_in_words(site.checked_on),
        "evidence": tuple(_exhibit(each) for each in fields.evidence),
        "sexual_image": fields.sexual_image,
        "limit_on": day_in_words(limit_on),
    }


def _of_people(fields: LetterFields) -> dict[str, Value]:
    poster = _read(fields.poster)
    address = tuple(_read(line) for line in fields.poster_address if line)
    return {
        "recipient_name": poster,
        "recipient_address": address,
        "poster_name": poster,
        "poster_kind": in_one_line(fields.poster_kind),
        "people": tuple(
            {"role": in_one_line(each.role), "name": _read(each.name)} for each in fields.people
        ),
        "talks": _days(fields.talks),
        "events": _days(fields.events),
    }


def _days(happened: tuple[Happened, ...]) -> tuple[Row, ...]:
    return tuple(
        {"date": day_in_words(each.on), "what": in_one_line(each.what)} for each in happened
    )


def _exhibit(exhibit: Exhibit) -> Row:
    return {
        "number": str(exhibit.number),
        "kind": in_one_line(exhibit.kind),
        "size": size_in_words(exhibit.size),
        "sha256": exhibit.sha256,
        "added_on": day_in_words(exhibit.added_on),
    }


def _lines(texts: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(in_one_line(text) for text in texts if in_one_line(text))


def _read(text: Personal | None) -> str:
    """Here a name or a link becomes a part of the letter."""
    return in_one_line(text.reveal()) if text else ""
