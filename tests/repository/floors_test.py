#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Shows that floors.py finds each kind of breach and lets good files pass."""
import pathlib
import unittest

import floors

HEAD = "// SPDX-License-Identifier: Apache-2.0\n// What it is for.\n"


def breaches(path, text):
    return list(floors.check_file(pathlib.PurePath(path), text))


class Floors(unittest.TestCase):
    def test_good_files(self):
        self.assertEqual(breaches("core/kube/client.cpp", HEAD + '#include "core/http/transport.hpp"\n'), [])
        self.assertEqual(breaches("plugins/submit/submit.cpp", HEAD + '#include "plugins/submit/submit.hpp"\n'), [])

    def test_an_upward_include(self):
        self.assertIn("lower floor", breaches("core/base/text.cpp", HEAD + '#include "core/data/json.hpp"\n')[0])
        self.assertIn("lower floor", breaches("core/http/transport.cpp", HEAD + '#include "core/kube/client.hpp"\n')[0])

    def test_a_plugin_includes_a_plugin_or_the_host(self):
        self.assertTrue(breaches("plugins/submit/submit.cpp", HEAD + '#include "plugins/status/status.hpp"\n'))
        self.assertTrue(breaches("plugins/submit/submit.cpp", HEAD + '#include "cmd/app.hpp"\n'))
        self.assertTrue(breaches("plugins/submit/submit.cpp", HEAD + '#include "core/plugin/loader.hpp"\n'))

    def test_a_relative_include(self):
        self.assertIn("from the root", breaches("core/base/text.cpp", HEAD + '#include "text.hpp"\n')[0])

    def test_third_party_headers(self):
        self.assertIn("only core/http/curl_attempt.hpp", breaches("core/kube/client.cpp", HEAD + "#include <curl/curl.h>\n")[0])
        self.assertIn("in a header", breaches("core/kube/client.hpp", HEAD + "#include <nlohmann/json.hpp>\n")[0])
        self.assertEqual(breaches("core/kube/client.hpp", HEAD + "#include <nlohmann/json_fwd.hpp>\n"), [])

    def test_the_opening(self):
        self.assertIn("SPDX", breaches("core/base/text.cpp", '#include "core/base/text.hpp"\n')[0])
        self.assertIn("open with", breaches("core/base/text.cpp", HEAD.splitlines()[0] + '\n#include "core/base/text.hpp"\n')[0])


if __name__ == "__main__":
    unittest.main()
