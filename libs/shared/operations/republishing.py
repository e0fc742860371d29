"""``republish [TOPIC…]`` and ``raise-versions``, for a service's ``__main__``."""

import sys
from collections.abc import Callable, Sequence

from libs.shared.db.database import Database
from libs.shared.events.republishing import Republishing, require_known
from libs.shared.events.versions import raise_versions


async def republish_command(
    topics: Sequence[str],
    *,
    db: Database,
    service: str,
    republishing: Sequence[Republishing],
    raised: bool,
    write: Callable[[str], object] = sys.stdout.write,
) -> int:
    """Publish all states of these topics again (none named: of all topics), with raised versions if ``raised``.

    Returns 0 when every state was published, 1 when some could not be, 2 for a topic of another service.
    """
    if (wrong := require_known(topics, republishing)) is not None:
        write(f"{service}: {wrong}\n")
        return 2
    if raised:
        async with db.write() as session:
            write(f"{service}: versions are raised by {await raise_versions(session)}\n")
    untold = 0
    for each in republishing:
        if topics and each.topic not in topics:
            continue
        done = await each.run(db)
        untold += done.untold
        write(f"{each.topic}: {done.told} states\n")
    if untold:
        write(f"{untold} states could not be told; the log says which\n")
    return 1 if untold else 0
