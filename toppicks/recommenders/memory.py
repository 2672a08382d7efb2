"""What would not fit is seen before it is allocated."""

import os
import resource
from pathlib import Path

# Of what is free, this much may be taken by one fit; two run beside each other.
SHARE = 0.4


def free_bytes() -> int:
    """Memory that can still be had: of the machine, and of the container it is limited by."""
    try:
        fields = dict(line.split(":", 1) for line in Path("/proc/meminfo").read_text().splitlines())
        machine = int(fields["MemAvailable"].split()[0]) * 1024
    except (OSError, KeyError, ValueError):  # no Linux
        machine = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // 2
    return min(machine, *_container_room())


def fits(n_bytes: int) -> bool:
    """Whether this many bytes can be taken without starving what else runs here."""
    return n_bytes <= SHARE * free_bytes()


def peak_bytes() -> int:
    """The most memory that this process has held so far.

    Linux's own mark, because `ru_maxrss` begins with what the process held that started this one.
    """
    try:
        fields = dict(
            line.split(":", 1) for line in Path("/proc/self/status").read_text().splitlines()
        )
        return int(fields["VmHWM"].split()[0]) * 1024
    except (OSError, KeyError, ValueError):  # no Linux
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


def _container_room() -> list[int]:
    """What the cgroup's limit leaves, version 2 then 1; a very large number without limits."""
    room = [1 << 62]
    for limit, used in (
        ("/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory.current"),
        (
            "/sys/fs/cgroup/memory/memory.limit_in_bytes",
            "/sys/fs/cgroup/memory/memory.usage_in_bytes",
        ),
    ):
        try:
            text = Path(limit).read_text().strip()
            if text != "max":
                room.append(int(text) - int(Path(used).read_text()))
        except (OSError, ValueError):
            continue
    return room
