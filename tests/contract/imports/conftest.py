"""Differences are shown in full, also from the modules that compare."""

import pytest

pytest.register_assert_rewrite("tests.contract.imports.absence_compare", "tests.contract.imports.absence_play")
