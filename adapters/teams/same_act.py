"""Decides which submissions are one act to a person, whichever process each of them comes to."""

import hashlib
import json
from collections.abc import Mapping

from adapters.teams.payloads import PLATFORM
from bot.app.inbound import Given, Person
from bot.domain.ids import Cause
from bot.domain.personal import Personal
from bot.screens.press import FormRef, Verb


def cause_of_form(
    form: FormRef, answers: Mapping[str, Given], person: Person, cause: Cause
) -> Cause:
    """Of a form of a case: the same for two clicks, which Teams may bring to two processes.

    The form says how many entries the case had, so that what is told again later is another act. A
    report is sent once in any case.
    """
    if not form.revision or form.press.verb is Verb.REPORT:
        return cause
    given = {name: _plainly(each) for name, each in answers.items()}
    told = json.dumps([person.id, form.encode(), given], sort_keys=True)
    return Cause(f"{PLATFORM}:form:{hashlib.sha256(told.encode()).hexdigest()}")


def _plainly(given: Given) -> object:
    match given:
        case Personal():
            return given.reveal()
        case tuple():
            return [_plainly(each) for each in given if isinstance(each, str | Personal)]
        case _:
            return str(given)
