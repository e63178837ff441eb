"""The world in which a journey runs on the core alone: use cases, a real store, a movable clock."""

import asyncio
import tempfile
import uuid
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from bot.app.act import Act, RefusedOnRecord, acting, looking, put_on_record, view_of
from bot.app.case_file import read_case
from bot.app.deliver import Deliverer
from bot.app.digest_record import digest_record
from bot.app.drafts import (
    Content,
    alert_from_draft,
    begin_draft,
    content_of,
    file_from_draft,
    file_kept,
    keep_file,
    open_drafts,
    save_draft,
)
from bot.app.file_report import add_to_report
from bot.app.inbound import Person
from bot.app.listing import listed_cases, own_reports
from bot.app.school import School
from bot.app.send_digest import hold_digest, post_digest
from bot.app.work_case import come_back, go_away, work_case
from bot.compose.moving import moments_until, settle
from bot.compose.schools import open_the_store, school_of
from bot.config import sample_settings
from bot.domain import commands
from bot.domain.advice import pending_actions
from bot.domain.answers import Answers, ticked
from bot.domain.conditions import Fact
from bot.domain.deadlines import due_steps
from bot.domain.digest_shown import shown_figures
from bot.domain.errors import Invalid, Refused
from bot.domain.evaluate import holds
from bot.domain.ids import CaseId, Cause, PersonId
from bot.domain.people import owner_of
from bot.domain.policy import Policy
from bot.domain.questionnaire import check_report, still_asked
from bot.domain.step_rules import Needs
from bot.journeys import deeds
from bot.journeys.answers import moment_of
from bot.journeys.deeds import Deed
from bot.journeys.sample import CHANNEL, PEOPLE, file_named
from bot.journeys.story import Journey
from bot.journeys.world import CaseFacts, DigestFacts, Happened, SentMessage
from bot.screens.digest_body import TIMELINESS
from bot.screens.messages import cases_in, steps_in
from bot.screens.nodes import Message
from bot.screens.wording import Words


@dataclass
class MovableClock:
    """A clock of the school that is moved by hand; the machine's runs with it."""

    at: datetime

    def now(self) -> datetime:
        """The school's time (UTC)."""
        return self.at

    def machine_now(self) -> datetime:
        """The machine's time (UTC)."""
        return datetime.now(UTC)


@dataclass
class Postbox:
    """A platform that takes every message, and remembers them."""

    label_of: Callable[[PersonId], str]
    messages: list[tuple[str, Message]] = field(default_factory=list)

    async def send(self, to: PersonId | None, message: Message, words: Words) -> str:
        """Takes the message."""
        del words
        self.messages.append((self.label_of(to) if to else CHANNEL, message))
        return str(len(self.messages))

    async def update(self, message_ref: str, message: Message, words: Words) -> None:
        """Takes the update; what was sent stays what it was."""


@dataclass
class CoreWorld:
    """A sample school of its own, in a folder that goes with it."""

    school: School
    clock: MovableClock
    folder: tempfile.TemporaryDirectory[str]
    people: dict[str, PersonId]
    post: Postbox

    @property
    def policy(self) -> Policy:
        """The pack that the journey names."""
        return self.school.pack.policy

    @property
    def zone(self) -> ZoneInfo:
        """The school's zone."""
        return self.school.calendar.zone

    def do(self, who: str, deed: Deed) -> Happened:
        """Does it as that person; a refusal is put on the case's record."""
        person, cause = person_of(who), Cause(uuid.uuid4().hex)
        try:
            with self.school.store.writing() as writing:
                return Happened(case=self._do(acting(self.school, writing, person, cause), deed))
        except RefusedOnRecord as refused:
            put_on_record(self.school, person, refused, cause)
            return Happened(refused=True, why=str(refused))
        except Refused as refused:
            return Happened(refused=True, why=str(refused))
        except Invalid as wrong:
            return Happened(invalid=True, why=str(wrong))

    def _do(self, act: Act, deed: Deed) -> CaseId | None:
        match deed:
            case deeds.Report(answers, files):
                return report(act, answers, [file_named(each) for each in files])
            case deeds.AlertNow(answers):
                return alert_from_draft(act, begin_draft(act, answers)).case
            case deeds.Add(case, answers, files):
                contents = [file_named(each) for each in files]
                kept = [file_kept(act, case, each, n) for n, each in enumerate(contents)]
                add_to_report(act, case, answers, kept)
            case deeds.ViewCase(case):
                view_of(act, case)
            case deeds.Away(until):
                go_away(act, until)
            case deeds.Back():
                come_back(act)
            case deeds.HoldDigest():
                hold_digest(act)
            case deeds.PostDigest():
                post_digest(act)
            case _:
                work_case(act, deed.case, self._command(deed))
        return None

    def _command(self, deed: Deed) -> commands.Command:
        match deed:
            case deeds.Answer():
                return self._answer(deed)
            case deeds.Correct(_, step, outcome, answers, reason):
                return commands.CorrectAnswer(step, outcome, reason, answers=answers)
            case deeds.Snooze(_, step, days, reason):
                return commands.SnoozeStep(step, days, reason)
            case deeds.Extend(_, step, until, reason):
                return commands.ExtendDeadline(step, until, reason)
            case deeds.OpenFurtherAction(_, reason):
                return commands.OpenFurtherAction(reason)
            case deeds.NewRound(_, step, reason):
                return commands.StartAgain(step, reason)
            case deeds.PassOn(_, to, person, reason):
                return commands.PassOn(to, reason, self.people[person] if person else None)
            case deeds.ExcludePerson(_, whom, reason):
                return commands.Exclude(self.people[whom], reason)
            case deeds.Link(_, to):
                return commands.LinkCase(to)
            case deeds.DeclareInterest():
                return commands.DeclareInterest()
            case deeds.ReopenCase(_, reason):
                return commands.Reopen(reason)
            case deeds.Note(_, text):
                return commands.AddNote(text)
            case _:
                raise TypeError(type(deed).__name__)

    def _answer(self, deed: deeds.Answer) -> commands.AnswerStep:
        rule = self.policy.steps_by_id.get(deed.step)
        outcome = rule.outcome(deed.outcome) if rule else None
        names_other = outcome is not None and Needs.OTHER_CASE in outcome.needs
        return commands.AnswerStep(
            deed.step,
            deed.outcome,
            of=None if names_other else deed.of,
            other=deed.of if names_other else None,
            answers=deed.answers,
            reason=deed.reason,
            resolution=deed.resolution,
        )

    def move_to(self, moment: datetime) -> None:
        """Moves the clock from one thing that falls due to the next."""
        for at in moments_until(self.school, moment, self.settle):
            self.clock.at = at
        self.settle()

    def settle(self) -> None:
        """Writes and delivers what is due now."""
        asyncio.run(settle(self.school, self._deliverer()))

    def _deliverer(self) -> Deliverer:
        return Deliverer(self.school, self.post, run_here, lambda person: person)

    def sent(self) -> tuple[SentMessage, ...]:
        """Everything that was sent, in order."""
        return tuple(
            SentMessage(to, message.kind, self._cases(message), steps_in(message))
            for to, message in self.post.messages
            if message.kind
        )

    def _cases(self, message: Message) -> tuple[CaseId, ...]:
        with self.school.store.reading() as reading:
            rows = [reading.case_by_reference(each) for each in cases_in(message)]
        return tuple(row.case for row in rows if row)

    def facts(self, case: CaseId) -> CaseFacts:
        """The case as it is stored."""
        return facts_of(self.school, case, {v: k for k, v in self.people.items()})

    def listed(self, who: str) -> frozenset[CaseId]:
        """The cases in the person's lists."""
        found: set[CaseId] = set()
        with self.school.store.reading() as reading:
            look = looking(self.school, reading, person_of(who))
            with suppress(Refused):
                found |= {row.case for row in own_reports(look)}
            with suppress(Refused):
                found |= {each.file.case for each in listed_cases(look)}
        return frozenset(found)

    def digest(self) -> DigestFacts | None:
        """The last digest that was posted, as it reads."""
        return digest_facts(self.school)

    def close(self) -> None:
        """Closes the store and removes the folder."""
        self.school.store.close()
        self.folder.cleanup()


def core_world(journey: Journey) -> CoreWorld:
    """A world at the journey's start, with the pack it names."""
    folder = tempfile.TemporaryDirectory(prefix="journey-")
    school, clock = sample_school(journey, Path(folder.name))
    with school.store.reading() as reading:
        people = {label: school.person_of(each.email, reading) for label, each in PEOPLE.items()}
    labels = {person: label for label, person in people.items()}
    world = CoreWorld(school, clock, folder, people, Postbox(labels.__getitem__))
    world.settle()
    return world


def sample_school(journey: Journey, folder: Path) -> tuple[School, MovableClock]:
    """The sample school at the journey's start, with the pack it names."""
    settings = sample_settings(folder)
    settings = replace(settings, policy=journey.pack)
    clock = MovableClock(moment_of(journey.starts, settings.zone))
    return school_of(settings, open_the_store(settings, {}), clock), clock


def person_of(label: str) -> Person:
    """Somebody of the sample school, as a platform vouches for them."""
    sample = PEOPLE[label]
    return Person(PersonId(label), sample.email, sample.member)


def report(act: Act, answers: Answers, files: list[bytes]) -> CaseId:
    """A report through a draft, as every platform files it; *Alert now* may have begun one."""
    policy = act.school.pack.policy
    asked = still_asked(policy, answers)
    if len(asked) < len(answers):
        # On a page nothing can be answered that is not asked.
        check_report(policy, answers)
    begun = [each for each in open_drafts(act) if each.case is not None]
    draft = begun[0] if begun else begin_draft(act, {})
    content = Content({**content_of(draft).answers, **answers}, content_of(draft).files)
    draft = save_draft(act, draft, content)
    for each in files:
        draft = keep_file(act, draft, each)
    return file_from_draft(act, draft).case


async def run_here(work: Callable[[], object]) -> object:
    """Does the work at once."""
    return work()


def facts_of(school: School, case: CaseId, labels: dict[PersonId, str]) -> CaseFacts:
    """What a stored case is, whoever asks."""
    with school.store.reading() as reading:
        row = reading.case_row(case)
        if row is None:
            raise LookupError(case)
        file = read_case(school, reading, row)
        roster = school.roster(reading)
    state, policy = file.state, file.policy
    owner = owner_of(state, policy, roster)
    recommended, possible = pending_actions(state, policy)
    return CaseFacts(
        severity=state.severity,
        owner=owner.role if owner else "nobody",
        owner_person=labels.get(owner.person) if owner else None,
        status="closed" if state.closed else "open",
        safeguarding=state.safeguarding,
        further_action=bool(state.reached),
        resolution=state.closed.resolution.value if state.closed else None,
        categories=frozenset(each.value for each in ticked(state.answers, policy.categories)),
        stop_cards=frozenset(
            rule.card.value
            for rule in policy.stop_cards
            if not rule.advice and holds(rule.when, state)
        ),
        pending=frozenset(each.value for each in state.pending_steps()),
        recommended=frozenset(each.value for each in recommended),
        possible=frozenset(each.value for each in possible),
        due={
            each.step.value: school.calendar.local(each.due.at).replace(tzinfo=None)
            for each in reversed(due_steps(state, school.calendar))
            if each.due
        },
        earlier=frozenset(each.case for each in state.earlier),
        occasions=state.noted(Fact.MOST_OCCASIONS),
    )


def digest_facts(school: School) -> DigestFacts | None:
    """The last digest that was posted, as it reads."""
    with school.store.reading() as reading:
        printed = digest_record(reading).printed
    if not printed:
        return None
    last = printed[-1]
    shown = shown_figures(last)
    return DigestFacts(
        new=shown["new"],
        open=shown["open"],
        timeliness=last.timeliness.value,
        timeliness_shown=TIMELINESS[last.timeliness].value,
        total=shown.get("total"),
        by_category={
            name.removeprefix("category:"): text
            for name, text in shown.items()
            if name.startswith("category:")
        },
    )
