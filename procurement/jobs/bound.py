"""What a job reaches the world with: `worker` binds it once, before the first job runs."""

from procurement.rules.ports import Ports

_bound: list[Ports] = []


def bind(ports: Ports) -> None:
    """Give the jobs of this process their ports."""
    _bound[:] = [ports]


def ports() -> Ports:
    """What was bound; a job in a process that bound nothing is a fault of ours."""
    if not _bound:
        raise RuntimeError("no ports were bound in this process")
    return _bound[0]
