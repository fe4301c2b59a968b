"""`python -m local.demo`."""

import sys

from local.demo.walkthrough import main

sys.exit(main())
