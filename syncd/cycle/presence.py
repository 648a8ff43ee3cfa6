"""Which links need planning, and what became of records that the sweeps did not show.

Absence is not deletion. A visit that is in no list was closed, confirmed or deleted: a look tells.
A job counts as missed only by complete sweeps that showed others we know, and is gone only when two
of them missed it and a look at it finds nothing. Then nobody looks again: a list will show it.
"""

from collections.abc import Iterator
from datetime import datetime

from syncd.cycle.reading import Reading
from syncd.model import LinkId, Need, NeedKind
from syncd.store import links
from syncd.store.database import Session
from syncd.store.links import LinkGlance

SWEEPS_TO_DOUBT = 2
"""Complete sweeps that must miss a job before it is looked for by itself."""


def links_to_plan(
    session: Session, name: str, reading: Reading, needs: set[Need], *, now: datetime
) -> Iterator[LinkId]:
    """The links that are not settled, in order; adds to `needs` what must be looked at first."""
    may_be_absent = reading.has_all_visits or reading.has_all_jobs
    for glance in links.glance_at_links(session, name, with_settled=may_be_absent):
        absent = list(_absent(session, glance, reading, now))
        unseen = {need for need in absent if need not in reading.looked}
        needs |= unseen
        if unseen or reading.failed.intersection(absent):
            continue
        if absent or not glance.is_settled:
            yield glance.link_id


def _absent(
    session: Session, glance: LinkGlance, reading: Reading, now: datetime
) -> Iterator[Need]:
    if not glance.is_open and (glance.is_settled or glance.visit_key is None):
        # What is asked about a visit that ended still depends on its job.
        return
    if glance.is_open and glance.visit_key and reading.misses_visit(glance.visit_key):
        yield Need(NeedKind.VISIT, glance.visit_key)
    if reading.shows_job(glance.job_id) or glance.is_job_gone:
        missed = 0
    elif not reading.misses_job(glance.job_id):
        missed = glance.job_missed
    else:
        missed = glance.job_missed + 1
        if missed >= SWEEPS_TO_DOUBT:
            # A look answers the question either way; the count begins anew.
            missed = 0
            yield Need(NeedKind.JOB, glance.job_id)
    if missed != glance.job_missed:
        links.update_link(session, glance.link_id, now=now, job_missed=missed)
