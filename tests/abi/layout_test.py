#!/usr/bin/env python3
"""What the layout guard lets through and what it stops."""
import unittest

from layout import breaks, read

OLD = read(["size sp_x 16", "member sp_x.a 0 4", "member sp_x.b 8 8", "constant SP_ONE 1"])


class Breaks(unittest.TestCase):
    def check(self, lines):
        return list(breaks(OLD, read(lines)))

    def test_appending_is_allowed(self):
        self.assertEqual(self.check(["size sp_x 24", "member sp_x.a 0 4", "member sp_x.b 8 8",
                                     "member sp_x.c 16 8", "constant SP_ONE 1", "constant SP_TWO 2"]), [])

    def test_inserting_is_stopped(self):
        self.assertTrue(self.check(["size sp_x 24", "member sp_x.a 0 4", "member sp_x.c 8 8",
                                    "member sp_x.b 16 8", "constant SP_ONE 1"]))

    def test_filling_old_padding_is_stopped(self):
        self.assertTrue(self.check(["size sp_x 16", "member sp_x.a 0 4", "member sp_x.c 4 4",
                                    "member sp_x.b 8 8", "constant SP_ONE 1"]))

    def test_removing_retyping_and_renumbering_are_stopped(self):
        self.assertTrue(self.check(["size sp_x 16", "member sp_x.a 0 4", "constant SP_ONE 1"]))
        self.assertTrue(self.check(["size sp_x 16", "member sp_x.a 0 4", "member sp_x.b 8 4",
                                    "constant SP_ONE 1"]))
        self.assertTrue(self.check(["size sp_x 16", "member sp_x.a 0 4", "member sp_x.b 8 8",
                                    "constant SP_ONE 2"]))


if __name__ == "__main__":
    unittest.main()
