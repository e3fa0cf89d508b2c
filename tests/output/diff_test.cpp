// SPDX-License-Identifier: Apache-2.0
// Would catch: a diff that patch cannot apply, wrong line numbers, minutes or gigabytes spent on
// two large texts, an escape sequence from the cluster on the terminal.
#include "core/output/diff.hpp"
#include "tests/support/catch.hpp"

#include <random>
#include <vector>

using namespace kspark::output;

namespace {

std::string diff(std::string_view before, std::string_view after) {
    return unified_diff(before, after, "live", "new", false);
}

std::vector<std::string> lines_of(std::string_view text) {
    std::vector<std::string> lines;
    while (!text.empty()) {
        const auto end = std::min(text.find('\n'), text.size() - 1);
        lines.emplace_back(text.substr(0, end + 1));
        text.remove_prefix(end + 1);
    }
    return lines;
}

/// Applies a unified diff as patch does, checking every context line and line number.
std::string patched(const std::string& before, const std::string& patch) {
    const auto source = lines_of(before);
    std::string result;
    std::size_t at = 0;
    for (const auto& line : lines_of(patch)) {
        if (line.starts_with("---") || line.starts_with("+++")) continue;
        if (line.starts_with("@@")) {
            std::size_t first = std::stoul(line.substr(4));
            const auto comma = line.find(',', 4);
            const bool empty = comma < line.find(' ', 4) && line.substr(comma, 3) == ",0 ";
            if (!empty) --first;
            while (at < first) result += source.at(at++);
        } else if (line[0] == '+') {
            result += line.substr(1);
        } else {
            REQUIRE(source.at(at) == line.substr(1));
            if (line[0] == ' ') result += source[at];
            ++at;
        }
    }
    while (at < source.size()) result += source[at++];
    return result;
}

} // namespace

TEST_CASE("equal texts have no diff") {
    CHECK(diff("", "").empty());
    CHECK(diff("a\n", "a\n").empty());
}

TEST_CASE("a unified diff as diff -u prints it") {
    CHECK(diff("a\nb\nc\nd\ne\nf\ng\nh\n", "a\nb\nc\nd\nE\nf\ng\nh\n") ==
          "--- live\n+++ new\n@@ -2,7 +2,7 @@\n b\n c\n d\n-e\n+E\n f\n g\n h\n");
    CHECK(diff("", "a\n") == "--- live\n+++ new\n@@ -0,0 +1 @@\n+a\n");
    CHECK(diff("a\n", "") == "--- live\n+++ new\n@@ -1 +0,0 @@\n-a\n");
    CHECK(diff("a", "a\n") ==
          "--- live\n+++ new\n@@ -1 +1 @@\n-a\n\\ No newline at end of file\n+a\n");
}

TEST_CASE("near changes share a hunk, far ones do not") {
    std::string before, after;
    for (int i = 0; i < 40; ++i) {
        before += std::to_string(i) + "\n";
        after += (i == 5 || i == 9 || i == 30 ? "x" : std::to_string(i)) + "\n";
    }
    const auto text = diff(before, after);
    std::size_t hunks = 0;
    for (auto at = text.find("\n@@"); at != std::string::npos; at = text.find("\n@@", at + 1))
        ++hunks;
    CHECK(hunks == 2);
    CHECK(patched(before, text) == after);
}

TEST_CASE("every diff gives the new text when it is applied, and is no longer than needed") {
    std::mt19937 random(7);
    for (int round = 0; round < 500; ++round) {
        std::string before, after;
        for (unsigned i = random() % 30; i > 0; --i)
            before += std::string(1, "abc"[random() % 3]) + "\n";
        for (unsigned i = random() % 30; i > 0; --i)
            after += std::string(1, "abc"[random() % 3]) + "\n";
        const auto text = diff(before, after);
        REQUIRE(patched(before, text) == after);

        // The longest common subsequence by the book.
        const auto left = lines_of(before), right = lines_of(after);
        std::vector<std::vector<std::size_t>> common(left.size() + 1,
                                                     std::vector<std::size_t>(right.size() + 1));
        for (std::size_t i = 0; i < left.size(); ++i)
            for (std::size_t j = 0; j < right.size(); ++j)
                common[i + 1][j + 1] = left[i] == right[j]
                                           ? common[i][j] + 1
                                           : std::max(common[i][j + 1], common[i + 1][j]);
        std::size_t changed = 0;
        for (const auto& line : lines_of(text))
            changed += (line[0] == '-' || line[0] == '+') && !line.starts_with("---") &&
                       !line.starts_with("+++");
        REQUIRE(changed == left.size() + right.size() - 2 * common[left.size()][right.size()]);
    }
}

TEST_CASE("two large texts without a common line end soon") {
    std::string before, after;
    for (int i = 0; i < 200'000; ++i) {
        before += "a" + std::to_string(i) + "\n";
        after += "b" + std::to_string(i) + "\n";
    }
    // A search without its bound would be at this for hours: the test's time limit ends it.
    const auto text = diff(before, after);
    CHECK(text.starts_with("--- live\n+++ new\n@@ -1,200000 +1,200000 @@\n-a0\n"));
}

TEST_CASE("texts from the cluster are harmless in a diff") {
    CHECK(diff("a\n", "\x1b[2J\tb\n").find("+^[[2J\tb\n") != std::string::npos);
}

TEST_CASE("colors as git shows them") {
    CHECK(unified_diff("a\n", "b\n", "x", "y", true) ==
          "\x1b[1m--- x\x1b[0m\n\x1b[1m+++ y\x1b[0m\n\x1b[36m@@ -1 +1 @@\x1b[0m\n"
          "\x1b[31m-a\x1b[0m\n\x1b[32m+b\x1b[0m\n");
}
