"""Every fault of ``make faults``, done in a few seconds."""

import pytest

from tests.faults.__main__ import MODULES, faults_of
from tests.faults.fault import Fault, Scale

ALL = [
    pytest.param(fault, id=f"{module}-{fault.name}")
    for module in MODULES
    for fault in faults_of(module)
]


@pytest.mark.parametrize("fault", ALL)
def test_it_holds(fault: Fault) -> None:
    outcome = fault.run(Scale.SHORT)
    assert not outcome.wrong
    assert outcome.counted
