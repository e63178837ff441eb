"""A school at work behind Teams, everything that came in there, and a way to send more."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from bot.journeys.story import Journey
from tests.adapters.teams.at_work import account_of as teams_account
from tests.adapters.teams.signing import sign
from tests.adapters.teams.teams_user import Line as TeamsLine
from tests.faults.behind_door import BehindDoor
from tests.faults.hostile_values import Json, as_json
from tests.faults.recorded import walk
from tests.teams_world import TeamsWorld, teams_world


@dataclass(frozen=True)
class _KeptTeamsLine(TeamsLine):
    came: list[Json] = field(default_factory=list)

    async def send(self, activity: Json, token: str | None = None) -> tuple[int, Any]:
        self.came.append(activity)
        return await super().send(activity, token)


@dataclass
class TeamsDoor(BehindDoor):
    """Teams', with tokens of the Bot Connector."""

    world: TeamsWorld
    valid: list[Json]
    name: str = "Teams"
    fine: frozenset[int] = frozenset({200, 400, 401, 403, 413, 501})

    def fresh(self, payload: Json, person: str) -> Json:
        """As a new act of that person's, in their chat."""
        user = {**payload["from"], "id": teams_account(person)}
        number = next(self.world.at.teams.numbers)
        where = payload["conversation"]
        if where.get("conversationType") == "personal":
            where = {**where, "id": f"a:chat-of-{person}"}
        return {**payload, "from": user, "id": f"hostile-{number}", "conversation": where}

    def send(self, payload: Json, person: str) -> int:
        del person
        return self.world.now(self._brought(payload))

    async def _brought(self, activity: Json) -> int:
        at = self.world.at
        at.clock.ahead += 2
        headers = {
            "Authorization": f"Bearer {sign(activity)}",
            "Content-Type": "application/json",
        }
        url = f"{at.line.origin}/api/messages"
        async with at.line.session.post(url, data=as_json(activity), headers=headers) as came:
            status = came.status
            await came.read()
        await at.settled()
        return status

    def settle(self) -> None:
        # What a payload said of itself may be at odds with what the platform knows.
        self.world.at.teams.problems.clear()
        self.world.settle()

    def kept(self) -> Iterator[str]:
        for each in self.world.at.teams.said:
            shown = [each.get(part) for part in ("text", "summary", "attachments")]
            yield json.dumps(shown, ensure_ascii=False)

    def close(self) -> None:
        self.world.close()


def teams_door(journey: Journey) -> TeamsDoor:
    """A school whose people did that journey in Teams."""
    world = teams_world(journey)
    line = _KeptTeamsLine(world.at.line.session, world.at.line.origin)
    world.at.line = line
    for screen in world.screens.values():
        screen.user.line = line
    walk(world, journey)
    world.at.failures.clear()
    return TeamsDoor(world, line.came)
