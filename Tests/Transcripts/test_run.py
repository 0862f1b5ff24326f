#!/usr/bin/env python3
"""Tests of the transcripts' runner: it must see what is wrong."""

import contextlib
import io
import tempfile
import unittest
from pathlib import Path

import run

PROGRAM = """#!/bin/bash
echo "said $*"
echo "why" >&2
exit ${CODE:-0}
"""


class RunnerTests(unittest.TestCase):
    def play(self, text, regenerate=False):
        with tempfile.TemporaryDirectory(dir=run.HERE) as folder:
            program, path = Path(folder) / "tolsey", Path(folder) / "sample.txt"
            program.write_text(PROGRAM)
            program.chmod(0o755)
            path.write_text(text)
            with contextlib.redirect_stdout(io.StringIO()):
                result = run.play(path, program, regenerate)
            return result, path.read_text()

    def counts(self, text):
        return self.play(text)[0]

    def test_what_fits_passes(self):
        self.assertEqual(self.counts("$ tolsey a\nsaid a\nstderr: why\n"), (1, 0))
        self.assertEqual(self.counts("$ CODE=65 tolsey a\nsaid a\nstderr: why\nexit 65\n"), (1, 0))

    def test_every_difference_fails(self):
        for text in (
            "$ tolsey a\nsaid b\nstderr: why\n",  # another word
            "$ tolsey a\nsaid a\n",  # stderr that was not expected
            "$ tolsey a\nstderr: why\n",  # stdout that was not expected
            "$ tolsey a\nsaid a\nsaid a\nstderr: why\n",  # a line too many
            "$ tolsey a\nsaid a\nstderr: why\nexit 1\n",  # a code that did not come
            "$ CODE=1 tolsey a\nsaid a\nstderr: why\n",  # a code that was not expected
        ):
            self.assertEqual(self.counts(text), (0, 1), text)

    def test_wildcards_stay_in_their_place(self):
        self.assertTrue(run.matches(["a[..]c"], ["abc"]))
        self.assertTrue(run.matches(["[...]", "z"], ["a", "b", "z"]))
        self.assertTrue(run.matches(["a", "[...]"], ["a"]))
        self.assertFalse(run.matches(["a[..]c"], ["ab"]))
        self.assertFalse(run.matches(["a.c"], ["abc"]))
        self.assertFalse(run.matches(["[...]", "z"], ["a", "b"]))
        self.assertFalse(run.matches([], ["a"]))

    def test_regenerating_keeps_wildcards_and_comments(self):
        text = "# Why.\n\n$ tolsey a\nsaid [..]\nstderr: old\n\n# Next.\n$ CODE=1 tolsey b\n"
        wanted = (
            "# Why.\n\n$ tolsey a\nsaid [..]\nstderr: why\n"
            "\n# Next.\n$ CODE=1 tolsey b\nsaid b\nstderr: why\nexit 1\n")
        self.assertEqual(self.play(text, regenerate=True)[1], wanted)
        self.assertEqual(self.counts(wanted), (2, 0))

    def test_lines_that_look_like_marks_are_guarded(self):
        text = "$ echo '$ x'; echo 'exit 3'; echo '# y'; echo '\\z'\n"
        made = self.play(text, regenerate=True)[1]
        self.assertEqual(made, text + "\\$ x\n\\exit 3\n\\# y\n\\\\z\n")
        self.assertEqual(self.counts(made), (1, 0))

    def test_a_background_command_holds_nothing_up(self):
        self.assertEqual(self.counts("$ sleep 60 &\n$ echo a\na\n"), (2, 0))

    def test_envelopes_are_held_to_their_schema(self):
        schema = {
            "type": "object", "required": ["a"], "additionalProperties": False,
            "properties": {
                "a": {"type": "integer", "minimum": 0},
                "b": {"anyOf": [{"type": "string"}, {"type": "null"}]},
                "c": {"type": "array", "items": {"enum": ["x"]}},
            },
        }
        for good in ({"a": 1}, {"a": 0, "b": None, "c": ["x", "x"]}, {"a": 2, "b": "y"}):
            self.assertIsNone(run.fault_in(good, schema, "$"), good)
        for bad in ({}, {"a": -1}, {"a": True}, {"a": 1, "z": 1}, {"a": 1, "b": 3},
                    {"a": 1, "c": ["y"]}, [], {"a": 1.5}):
            self.assertIsNotNone(run.fault_in(bad, schema, "$"), bad)

    def test_an_envelope_that_does_not_fit_fails_the_transcript(self):
        line = '{"schema":"said a/1","ok":true}'
        # The program of these tests publishes nothing.
        text = f"$ echo '{line}'\n{line}\n"
        self.assertEqual(self.counts(text), (1, 1))
        self.assertEqual(self.counts(f"$ echo '{line}' > a.json\n"), (1, 1))
        self.assertEqual(self.counts("$ echo '{}' > a.json\n"), (1, 0))


if __name__ == "__main__":
    unittest.main()
