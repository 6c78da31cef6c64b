"""What pairform leaves out of the bodies that it writes is what Azure's description marks as read-only."""

import pathlib
import unittest

import read_only

MEMBERS = pathlib.Path(__file__).resolve().parents[3] / "providers/azure/read_only_members.inc"


class ReadOnly(unittest.TestCase):
    def test_the_list_is_that_of_the_description(self):
        self.assertEqual(MEMBERS.read_text(), read_only.text())


if __name__ == "__main__":
    unittest.main()
