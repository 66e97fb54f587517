"""Check the chain, what was published, what was submitted and what was made, against each other."""

import argparse

from procurement.cli.console import configuration, say
from procurement.cli.open_ports import open_ports
from procurement.services.verification import verify

EXAMPLES = """\
  procurement verify            exit code 0 when everything holds, 1 with the first sentences that say what does not
"""
SHOWN = 20


def options(parser: argparse.ArgumentParser) -> None:
    """It takes none."""


def run(given: argparse.Namespace) -> int:
    with open_ports(configuration()) as ports, ports.database.reading() as session:
        findings = verify(session, ports)
    for finding in findings:
        result = f"{len(finding.broken)} do not hold" if finding.broken else "all hold"
        found = f", {finding.as_found}" if finding.as_found else ""
        say(f"{finding.checked} {finding.what}: {result}{found}.")
        for sentence in finding.broken[:SHOWN]:
            say(f"  {sentence}")
    return 1 if any(finding.broken for finding in findings) else 0
