// SPDX-License-Identifier: Apache-2.0
// docs/values.md is run: each block of YAML is laid over the first one, and renders, or fails with
// the sentence that stands behind "error:".
#include "core/base/system.hpp"
#include "core/spark/keys.hpp"
#include "tests/spark/loading.hpp"
#include "tests/support/golden.hpp"

#include <nlohmann/json.hpp>

#include <sstream>

using namespace kspark;

namespace {

struct Block {
    std::string heading, text;
    int line = 0;
};

std::vector<Block> blocks(const std::string& markdown) {
    std::vector<Block> found;
    std::istringstream lines(markdown);
    bool inside = false;
    int number = 0;
    for (std::string line; std::getline(lines, line);) {
        ++number;
        if (line.rfind("```", 0) == 0) {
            inside = line.rfind("```yaml", 0) == 0;
            if (inside) found.push_back({line.substr(7), "", number});
        } else if (inside) {
            found.back().text += line + "\n";
        }
    }
    return found;
}

std::string document() {
    return *core::read_file(test::test_file("../docs/values.md"), 1u << 20);
}

} // namespace

TEST_CASE("the examples of docs/values.md do what it says", "[documentation]") {
    const auto all = blocks(document());
    REQUIRE(all.size() > 10);
    const test::File base{"values.yaml", all.front().text};
    for (const Block& block : all) {
        INFO("docs/values.md:" << block.line);
        const auto inputs = test::load({base, {"more.yaml", block.text}});
        const std::string expected = " error: ";
        if (block.heading.rfind(expected, 0) == 0)
            CHECK(test::problem(inputs).find(block.heading.substr(expected.size())) !=
                  std::string::npos);
        else
            CHECK(test::problem(inputs) == "(no error)");
    }
}

TEST_CASE("docs/values.md names every key", "[documentation]") {
    const std::string text = document();
    for (const auto keys : {spark::top_keys(), spark::stream_keys()})
        for (const auto& key : keys) {
            const std::string name(key.name);
            INFO(name);
            CHECK((text.find("`" + name + "`") != std::string::npos ||
                   text.find("`" + name + ".") != std::string::npos ||
                   text.find(name + ":") != std::string::npos));
        }
}
