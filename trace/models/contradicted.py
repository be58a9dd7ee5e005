"""Which acts must know of all that was done before: a record that lacks the newest part of its history could contradict it by them.

A code, a label or a number would be given out twice; what was recalled would be on sale. What stops goods, what growers write
and what people report goes on at any time.
"""

from collections.abc import Callable

from sqlalchemy.orm import Session

from .actions import Action

GUARD = "guard"  # the name in `session.info` of what refuses these acts
Guard = Callable[[Session], None]

NEED_ALL = frozenset(
    {
        Action.CODES_ISSUE,
        Action.PRINT_PLAN,
        Action.PRINT_RETRY,
        Action.PRINT_RELEASE,
        Action.PRINT_REPRINT,
        Action.PRINT_DOWNLOAD,
        Action.COMMITMENT_ISSUE,
        Action.BATCH_RELEASE,
        Action.BATCH_RESTORE,
        Action.RECALL_LIFT,
        Action.FARMCASE_GRANT,
        Action.KEYLIST_ADOPT,
        Action.REPORT_FREEZE,
        Action.REWARD_GRANTED,
        Action.INSPECTION_SEED,
        Action.INSPECTION_DRAW,
    }
)


def refuse_blind(session: Session, action: str) -> None:
    """Raises what the guard of this record raises, if the act is one of these and something of the history is missing."""
    guard: Guard | None = session.info.get(GUARD)
    if guard is not None and action in NEED_ALL:
        guard(session)
