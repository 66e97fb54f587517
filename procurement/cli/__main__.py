"""`python -m procurement.cli`, which needs no installed command."""

import sys

from procurement.cli import main

sys.exit(main())
