#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The rules of ARCHITECTURE.md that a machine can check: who may include whom, third-party headers in
one file each, a licence line and an opening paragraph in every file. Prints one line per breach.

usage: floors.py [ROOT]
"""
import pathlib
import re
import sys

# Directory -> directories whose headers it may include.
FLOORS = {
    "core/base": ["core/base"],
    "core/data": ["core/base", "core/data"],
    "core/http": ["core/base", "core/http"],
    "core/output": ["core/base", "core/data", "core/output"],
    "core/kube": ["core/base", "core/data", "core/http", "core/kube"],
    "core/spark": ["core/base", "core/data", "core/kube", "core/http/transport.hpp", "core/spark"],
    "core/cli": ["core/base", "core/data", "core/http", "core/output", "core/kube", "core/spark", "core/cli"],
    "core/plugin": ["core/base", "core/cli", "core/output", "core/plugin"],
    "cmd": ["core/base", "core/data", "core/output", "core/cli", "core/plugin", "cmd"],
}
PLUGIN_MAY = ["core/base", "core/data", "core/http", "core/output", "core/kube", "core/spark", "core/cli",
              "core/plugin/module.hpp"]

# Headers with a Json in them by value need its definition; the others make do with json_fwd.hpp.
JSON_BY_VALUE = ["core/data/document.hpp", "core/data/builder.hpp", "core/spark/values.hpp",
                 "plugins/render/spark_submit.hpp"]

# Header -> the one file that may include it (None: any .cpp, no header).
THIRD_PARTY = [
    (r"curl/", "core/http/curl_attempt.hpp"),
    (r"yaml-cpp/", "core/data/yaml_reader.cpp"),
    (r"CLI/", "core/cli/flags.cpp"),
    (r"re2/", "plugins/logs/pattern.cpp"),
    (r"dlfcn\.h", "core/base/library.cpp"),
    (r"openssl/", None),
    (r"nlohmann/json\.hpp", None),
    (r"fmt/", None),
]

INCLUDE = re.compile(r'^\s*#\s*include\s+(["<])([^">]+)[">]', re.M)


def allowed(area, header):
    """May a file of this area include this project header?"""
    if header == "core/version.hpp":
        return True  # generated; says only which version this is
    if area.startswith("plugins/"):
        may = PLUGIN_MAY + [area]
    else:
        may = FLOORS[area]
    return any(header == floor or header.startswith(floor + "/") for floor in may)


def area_of(path):
    parts = path.parts
    return parts[0] if parts[0] == "cmd" else "/".join(parts[:2])


def check_file(path, text):
    """The breaches of one source file, `path` relative to the root."""
    area = area_of(path)
    for quote, header in INCLUDE.findall(text):
        if quote == '"':
            if header.startswith("plugins/") and header.endswith("help.hpp"):
                continue  # generated from the plugin's own Markdown
            if not header.startswith(("core/", "plugins/", "cmd/")):
                if not header.startswith("generated/"):
                    yield f"includes \"{header}\": write project includes from the root"
            elif not allowed(area, header):
                yield f"includes \"{header}\", which is not on a lower floor of {area}"
            continue
        for pattern, only in THIRD_PARTY:
            if not re.match(pattern, header):
                continue
            if only is not None and str(path) != only:
                yield f"includes <{header}>, which only {only} may"
            if only is None and path.suffix != ".cpp" and str(path) not in JSON_BY_VALUE:
                yield f"includes <{header}> in a header"
    lines = text.splitlines()
    if not lines or "SPDX-License-Identifier: Apache-2.0" not in lines[0]:
        yield "has no SPDX line first"
    elif path.suffix == ".cpp" and (len(lines) < 2 or not lines[1].startswith("// ")):
        yield "does not open with the paragraph that explains it"


def sources(root):
    for area in ("core", "cmd", "plugins"):
        for path in sorted((root / area).rglob("*")):
            if path.suffix in (".cpp", ".hpp", ".h"):
                yield path


def main():
    root = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else pathlib.Path(__file__).parents[2])
    breaches = 0
    for path in sources(root):
        relative = path.relative_to(root)
        for breach in check_file(relative, path.read_text(encoding="utf-8")):
            print(f"{relative}: {breach}")
            breaches += 1
    return 1 if breaches else 0


if __name__ == "__main__":
    sys.exit(main())
