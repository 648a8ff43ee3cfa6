"""Finding what a person names: a job number or OID, a docNo, a visit's id or `_id`."""

from collections.abc import Sequence

from syncd.errors import SyncdError
from syncd.model import Link, Side
from syncd.settings import Settings
from syncd.store.database import Session
from syncd.store.links import find_link
from syncd.store.observations import observations_by_id, visits_by
from syncd.store.raising import AwaitedJob, awaited_jobs
from syncd.translate.identity import doc_no


def find_links(session: Session, settings: Settings, wanted: str) -> Sequence[Link]:
    """The links that `wanted` may mean, over all connections, at least one.

    A job number is also looked for as the docNo that the connection makes of it. Raises SyncdError
    in one line where nothing is known, or what is known belongs to no job of ours.
    """
    name = wanted.strip()
    found = {link.link_id: link for link in find_link(session, None, name)}
    for connection in settings.connections:
        number = doc_no(connection.visit.doc_no, name)
        if number != name:
            numbered = find_link(session, connection.name, number)
            found |= {link.link_id: link for link in numbered}
    if not found:
        raise _unknown(session, settings, name)
    return list(found.values())


def _unknown(session: Session, settings: Settings, wanted: str) -> SyncdError:
    for connection in settings.connections:
        name = connection.name
        for seen in observations_by_id(session, name, Side.AGENTOS, [wanted]).values():
            return SyncdError(
                "not_linked",
                f"job {wanted} of {name} has no visit: {seen.problem or 'it is not ours'}",
                "`syncd inbox` says what is to be done about jobs that cannot be used",
            )
        for made in awaited_jobs(session, name):
            if wanted in (made.visit_key, made.mark):
                return _made_through_v3(made, wanted, name)
        if _is_visit(session, name, wanted):
            return SyncdError(
                "not_linked",
                f"visit {wanted} is known in {name}, but belongs to no job; syncd leaves it alone",
                "only visits that syncd made, or with the number of a job, are linked",
            )
    return SyncdError(
        "unknown_job_or_visit",
        f"no job or visit {wanted!r} is known",
        "give a job number or OID, a docNo, a visit's id or _id; not known are other "
        "contractors' jobs and what is newer than the last cycle",
    )


def _made_through_v3(made: AwaitedJob, wanted: str, name: str) -> SyncdError:
    return SyncdError(
        "not_linked",
        f"visit {wanted} of {name} became a job through V3, which shows nothing of it: look for "
        f"ExternalID {made.external_id} in AgentOS",
        "beside V4 it is linked as soon as a sweep shows the job; with V3 alone that is all",
    )


def _is_visit(session: Session, name: str, wanted: str) -> bool:
    return bool(
        observations_by_id(session, name, Side.LETSJOBIT, [wanted])
        or visits_by(session, name, "doc_no", [wanted])
        or visits_by(session, name, "erp_id", [wanted])
    )
