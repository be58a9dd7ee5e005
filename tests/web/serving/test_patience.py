"""Whoever waits too long is told so once, in the loop in which it waits; whoever is answered in time is not."""

import asyncio
from dataclasses import dataclass, field

from yipin.web.serving.patience import Patience

SECONDS = 0.05


@dataclass(eq=False)
class Guest:
    opened: "asyncio.Future[None]" = field(default_factory=lambda: asyncio.get_running_loop().create_future())


async def evening(patience: Patience[Guest], late: list[Guest]) -> None:
    answered, left, other = Guest(), Guest(), Guest()
    for one in (answered, left):
        patience.wait(one)
    answered.opened.set_result(None)
    await asyncio.sleep(SECONDS / 2)
    patience.wait(other)
    while other not in late:
        await asyncio.sleep(SECONDS / 4)
    assert late == [left, other]


def test_only_those_who_have_no_answer_are_late_in_the_order_in_which_they_came() -> None:
    late: list[Guest] = []
    patience = Patience[Guest](lambda: SECONDS, late.append)
    for _ in range(2):  # a second loop does not wait for the timer of the first
        asyncio.run(evening(patience, late))
        late.clear()
