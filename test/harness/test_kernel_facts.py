"""What is said of a kernel: its commit, its build, its digest, its licence and its functions, wherever it lies."""

import hashlib
import json
import os
import tempfile
import types
import unittest
from unittest import mock

import rig
from kernel_lens_harness.contenders import Kernels, in_mode
from kernel_lens_harness.kernel_facts import digest_of, hub_origin, kernel_facts
from kernel_lens_harness.load_kernel import call_with_known, load_kernel, numbers_of

COMMIT = "7a8718e27c8ab9d4a2c34c0f0c63af2966204df5"


def module_at(*parts, metadata=None, **content):
    """A module whose file lies at `parts` in a folder of its own; `metadata` beside it."""
    path = os.path.join(os.path.realpath(tempfile.mkdtemp()), *parts)
    os.makedirs(os.path.dirname(path))
    with open(path, "w", encoding="utf-8") as file:
        file.write("# a kernel\n")
    if metadata is not None:
        with open(os.path.join(os.path.dirname(path), "metadata.json"), "w", encoding="utf-8") as file:
            file.write(metadata if isinstance(metadata, str) else json.dumps(metadata))
    module = types.ModuleType("kernel")
    module.__file__ = path
    vars(module).update(content)
    return module


def cached(**more):
    return module_at(
        "hub", "kernels--org--name", "snapshots", COMMIT, "build", "torch-universal", "__init__.py", **more
    )


class Origin(unittest.TestCase):
    def test_of_the_hub(self):
        facts = kernel_facts(cached(metadata={"license": "Apache-2.0"}), {"id": "k", "repo": "org/name", "version": 1})
        self.assertEqual(
            (facts["commit"], facts["variant"], facts["license"]), (COMMIT, "torch-universal", "Apache-2.0")
        )
        self.assertEqual((facts["digest"], facts["flags"]), (None, []))

    def test_redirected(self):
        facts = kernel_facts(cached(), {"id": "k", "repo": "old/name", "version": 1})
        self.assertEqual([(one["id"], "org/name" in one["text"]) for one in facts["flags"]], [("redirected", True)])

    def test_of_a_folder(self):
        module = module_at("build", "mine", "build", "torch-universal", "__init__.py", metadata={"license": None})
        facts = kernel_facts(module, {"id": "k", "folder": "/anywhere"})
        self.assertEqual((facts["commit"], facts["variant"], facts["license"]), (None, "torch-universal", None))
        self.assertEqual(facts["digest"], digest_of(os.path.dirname(module.__file__)))

    def test_of_a_module_inside_its_build(self):
        module = module_at("build", "torch-universal", "activation", "__init__.py")
        build = os.path.dirname(os.path.dirname(module.__file__))
        with open(os.path.join(build, "metadata.json"), "w", encoding="utf-8") as file:
            file.write('{"license": "MIT"}')
        facts = kernel_facts(module, {"id": "k", "folder": "/anywhere"})
        self.assertEqual((facts["variant"], facts["license"]), ("torch-universal", "MIT"))

    def test_that_local_kernels_replaces(self):
        module = module_at("mine", "build", "torch-universal", "__init__.py", metadata={})
        with mock.patch.dict(os.environ, {"LOCAL_KERNELS": "org/name=/mine"}):
            facts = kernel_facts(module, {"id": "k", "repo": "org/name", "version": 1})
        self.assertEqual([one["id"] for one in facts["flags"]], ["local-kernels"])
        self.assertIsNone(facts["commit"])
        self.assertIsNotNone(facts["digest"])

    def test_folders_that_only_look_like_a_cache(self):
        for path in ("/home/me/snapshots/abc/build/v", "/a--b/other/abc/build/v", "/snapshots/x"):
            with self.subTest(path):
                self.assertIsNone(hub_origin(path.replace("/", os.sep)))

    def test_modules_that_tell_little(self):
        odd = types.ModuleType("odd")
        listed = module_at("a", "__init__.py", metadata="no JSON")
        listed.__all__ = [len, "nothing_of_this_name", "layers", 3]
        for module in (odd, listed):
            self.assertIn("functions", kernel_facts(module, {"id": "k"}))
        self.assertEqual([one["name"] for one in kernel_facts(listed, {"id": "k"})["functions"]], [])

    def test_functions_and_layers(self):
        layers = types.ModuleType("kernel.layers")
        own = type("Silu", (), {"__module__": "kernel.layers.parts"})
        layers.Silu, layers.Other = own, dict
        module = cached(silu=lambda out, x: None, layers=layers, __all__=["silu", "layers"])
        facts = kernel_facts(module, {"id": "k"})
        self.assertEqual((facts["functions"], facts["layers"]), ([{"name": "silu", "signature": "(out, x)"}], ["Silu"]))


class Digest(unittest.TestCase):
    def folder(self, files):
        folder = tempfile.mkdtemp()
        for name, content in files.items():
            os.makedirs(os.path.dirname(os.path.join(folder, name)), exist_ok=True)
            with open(os.path.join(folder, name), "wb") as file:
                file.write(content)
        return folder

    def test_it_is_what_is_documented(self):
        files = {"b.py": b"two", "a/c.py": b"one"}
        whole = b"".join(name.encode() + b"\0" + hashlib.sha256(files[name]).digest() for name in sorted(files))
        self.assertEqual(digest_of(self.folder(files)), hashlib.sha256(whole).hexdigest())

    def test_it_tells_files_apart_and_nothing_else(self):
        first = digest_of(self.folder({"a.py": b"1", "b.py": b""}))
        self.assertEqual(first, digest_of(self.folder({"b.py": b"", "a.py": b"1", "__pycache__/a.pyc": b"x"})))
        for other in (
            {"a.py": b"2", "b.py": b""},
            {"a.py": b"1"},
            {"a.py": b"", "b.py": b"1"},
            {"c.py": b"1", "b.py": b""},
        ):
            self.assertNotEqual(first, digest_of(self.folder(other)))


class Loading(unittest.TestCase):
    def test_options_that_a_release_does_not_have(self):
        def v15(repo_id, revision=None, version=None, backend=None, user_agent=None):
            return repo_id, revision, version

        def v17(
            repo_id,
            *,
            revision=None,
            version=None,
            backend=None,
            user_agent=None,
            trust_remote_code=False,
            check_arch=True,
        ):
            return repo_id, revision, version, trust_remote_code

        options = {"version": 3, "revision": None, "trust_remote_code": True}
        self.assertEqual(call_with_known(v15, ["a/b"], options), ("a/b", None, 3))
        self.assertEqual(call_with_known(v17, ["a/b"], options), ("a/b", None, 3, True))

    def test_releases(self):
        for text, numbers in (("0.17.2", (0, 17)), ("0.15.0.dev0", (0, 15)), ("1.0", (1, 0)), ("0.14.1", (0, 14))):
            self.assertEqual(numbers_of(text), numbers)

    def test_trust_reaches_no_further_than_was_asked(self):
        asked = {}
        library = types.SimpleNamespace(
            get_kernel=lambda repo, *, version=None, revision=None, trust_remote_code=False: asked.update(
                trust=trust_remote_code
            )
        )
        for release, trust, expected in (("0.17.2", True, ["a/b"]), ("0.16.0", True, True), ("0.17.2", False, False)):
            with (
                self.subTest(release, trust=trust),
                mock.patch("kernel_lens_harness.load_kernel.require_library", return_value=(library, release)),
            ):
                load_kernel({"repo": "a/b", "version": 1, "trust": trust})
                self.assertEqual(asked["trust"], expected)

    def test_two_builds_of_one_id_cannot_be_told_apart(self):
        folders = [rig.local_kernel("same", f"def f(): return {number}\n") for number in (1, 2)]
        kernels = Kernels(types.SimpleNamespace(replaced=lambda: []))
        first, problem, _ = kernels.load({"folder": folders[0]})
        self.assertIsNone(problem)
        _, problem, _ = kernels.load({"folder": folders[1]})
        self.assertEqual(problem["kind"], "same-id")
        self.assertIs(kernels.load({"folder": folders[0]})[0], first)

    def test_an_aa_run_has_the_first_kernel_twice(self):
        specs = [{"id": "eager", "kind": "eager"}, {"id": "k", "kind": "kernel", "label": "K"}]
        self.assertEqual(
            [(one["id"], one.get("label")) for one in in_mode({"mode": "aa", "contenders": specs})],
            [("k", "K"), ("k#2", "K, again")],
        )


if __name__ == "__main__":
    unittest.main()
