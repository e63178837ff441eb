"""The school's side of Slack: acts reach the application, and people are found by their accounts."""

import asyncio
from collections.abc import AsyncIterator, Callable, Collection
from contextlib import asynccontextmanager
from functools import partial
from typing import Final

import aiohttp

from adapters.scheduler import report_failure
from adapters.slack.client import BASE_URL, FILE_HOSTS, RESPONSE_HOSTS, SECONDS, SlackClient
from adapters.slack.messenger import SlackMessenger
from adapters.slack.people import People
from adapters.slack.payloads import PLATFORM
from adapters.slack.refusals import SlackRefused
from adapters.slack.server import SlackServer
from bot.app.addresses import (
    address_of,
    governors_channel,
    holders_looked_up,
    learn_address,
)
from bot.app.evidence import read_evidence
from bot.app.home import Home, Which, home_of
from bot.app.inbound import Inbound, Person
from bot.app.respond import respond
from bot.app.school import School
from bot.compose.running import RunningSchool
from bot.config.secrets import SlackSecrets
from bot.domain.ids import EvidenceId, PersonId
from bot.screens.nodes import Reply
from bot.screens.wording import Words
