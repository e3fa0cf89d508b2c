// SPDX-License-Identifier: Apache-2.0
// The quick reader is right when it gives what the thorough one gives, or nothing.
#include "core/data/encoding.hpp"
#include "core/data/yaml_lines.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/golden.hpp"

#include <filesystem>
#include <random>

using namespace kspark;

namespace {

void check_positions(const data::PositionTree& a, const data::PositionTree& b,
                     bool is_item = false) {
    // An empty item has no place of its own.
    if (!is_item || !a.children.empty()) CHECK(a.offset == b.offset);
    CHECK(a.is_list == b.is_list);
    REQUIRE(a.children.size() == b.children.size());
    for (std::size_t i = 0; i < a.children.size(); ++i) {
        CHECK(a.children[i].first == b.children[i].first);
        check_positions(a.children[i].second, b.children[i].second, a.is_list);
    }
}

/// Whether the quick reader took it.
bool same(const std::string& text) {
    const data::Source source{"f", text};
    const auto quick = data::read_yaml_lines(source, {}, true);
    if (!quick) return false;
    INFO(text);
    const auto thorough = data::read_yaml(source, {}, true);
    if (!thorough) FAIL(thorough.error().message);
    REQUIRE(quick->size() == thorough->size());
    for (std::size_t i = 0; i < quick->size(); ++i) {
        CHECK(data::dump_json((*quick)[i].value) == data::dump_json((*thorough)[i].value));
        CHECK((*quick)[i].index == (*thorough)[i].index);
        REQUIRE((*quick)[i].warnings.size() == (*thorough)[i].warnings.size());
        check_positions((*quick)[i].positions, (*thorough)[i].positions);
    }
    return true;
}

} // namespace

TEST_CASE("simple YAML is taken", "[data][yaml]") {
    for (const char* text :
         {"a: 1\n", "a:\n  b: c\n  d:\n  - e\n  - f: 1\n    g: yes\nh: \"x\" # why\n",
          "- a\n- - b\n  - c\n-\n- d:\n", "---\na: 1\n---\n---\nb: 2\n", "# only\n", "", "a:\nb:\n",
          "\"a b\": 'c d'\n", "a: b # c\n\n  # d\ne: f#g\n", "a: http://x/y?z=1\nb: --c=d\nc: /e\n",
          "0777: yes\n", "a:\n- b:\n  - c\nd: e", "a: [1]\n", "a: {b: 1}\n", "a: []\nb: {}\n",
          "a: [1,]\nb: {c: 1 , }\n", "- {a: b, \"c\": [d, 'e f', {g: 0777}]} # why\n- [ x , y ]\n",
          "a: [yes, \"no\", 1.5g, b-c/d.e]\nb: {c: {d: {e: []}}}\n"})
        CHECK(same(text));
}

TEST_CASE("anything else is left to the thorough reader", "[data][yaml]") {
    for (const char* text : {"a: b\n  c\n",
                             "a:\n  b\n",
                             "a:\nb\n",
                             "a: |\n  x\n",
                             "a: &x 1\n",
                             "a: *x\n",
                             "a: !!str 1\n",
                             "a: {b: 1,\n c: 2}\n",
                             "a: [1\n",
                             "a: [1]]\n",
                             "a: [1]b\n",
                             "a: [1]#b\n",
                             "a: [b c]\n",
                             "a: [b: c]\n",
                             "a: {b}\n",
                             "a: {b: }\n",
                             "a: {b:1}\n",
                             "a: {b: c#d}\n",
                             "a: [,]\n",
                             "a: {b: 1, b: 2}\n",
                             "[a]: 1\n",
                             "a: \"\\n\"\n",
                             "a: 'it''s'\n",
                             "a: \"b\"x\n",
                             "a: b: c\n",
                             "a: - b\n",
                             "<<: 1\n",
                             "\ta: 1\n",
                             "a: 1\n a: 2\n",
                             "a: 1\na: 2\n",
                             "- a\nb: 1\n",
                             "a: 1\n- b\n",
                             "a: 1\n  - b\n",
                             "a\n",
                             "? a\n",
                             "a: \"b\n",
                             "  a: 1\nb: 2\n",
                             "a: 1\n...\n",
                             "%YAML 1.2\n---\na: 1\n",
                             "a: @b\n",
                             "null: 1\n",
                             "a:b\n",
                             "a :b\n"})
        CHECK_FALSE(same(text));
}

TEST_CASE("the corpus, whole and broken at random, is read alike by both readers",
          "[data][yaml][corpus]") {
    std::mt19937 random(1);
    const auto below = [&](std::size_t limit) {
        return random() % std::max<std::size_t>(limit, 1);
    };
    int taken = 0;
    for (const auto& entry :
         std::filesystem::directory_iterator(test::test_file("corpus/manifests"))) {
        auto text = data::decode_text(
            "f", test::read_test_file("corpus/manifests/" + entry.path().filename().string()));
        if (!text) continue;
        taken += same(*text);
        for (int i = 0; i < 6; ++i) {
            std::string broken = text->substr(0, 1500);
            for (int k = 0; k < 2; ++k) {
                const std::size_t at = below(broken.size());
                constexpr std::string_view kBytes = " \n:-#\"'ab1{}[],&|";
                if (below(2) == 0)
                    broken.erase(at, 1 + below(3));
                else
                    broken.insert(at, 1, kBytes[below(kBytes.size())]);
            }
            taken += same(broken);
        }
    }
    CHECK(taken > 100);
}
