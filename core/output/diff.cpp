// SPDX-License-Identifier: Apache-2.0
// Unified diffs. Myers' algorithm in its linear-space form: the middle of a shortest edit script is
// found from both ends, and the two halves are solved for themselves. The search gives up after
// kEffort steps and calls the piece replaced as a whole, so that two large texts that have nothing
// in common cost seconds neither of time nor gigabytes of memory.
#include "core/output/diff.hpp"

#include "core/output/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <unordered_map>
#include <vector>

namespace kspark::output {
namespace {

constexpr int kEffort = 2000;
constexpr std::size_t kContext = 3;

using Lines = std::vector<std::string_view>;

Lines split_lines(std::string_view text) {
    Lines lines;
    while (!text.empty()) {
        const auto end = text.find('\n');
        const auto length = end == std::string_view::npos ? text.size() : end + 1;
        lines.push_back(text.substr(0, length));
        text.remove_prefix(length);
    }
    return lines;
}

/// Lines as numbers: equal lines, equal numbers.
class Numbering {
public:
    std::vector<int> operator()(const Lines& lines) {
        std::vector<int> numbers;
        numbers.reserve(lines.size());
        for (const auto line : lines)
            numbers.push_back(
                numbers_.try_emplace(line, static_cast<int>(numbers_.size())).first->second);
        return numbers;
    }

private:
    std::unordered_map<std::string_view, int> numbers_;
};

/// A stretch of both texts: lines [left_begin, left_end) and [right_begin, right_end).
struct Box {
    int left_begin, left_end, right_begin, right_end;
    int width() const { return left_end - left_begin; }
    int height() const { return right_end - right_begin; }
};
struct Point {
    int left, right;
};

/// Marks the lines of both texts that are not in the common subsequence.
class Comparison {
public:
    Comparison(std::vector<int> left, std::vector<int> right)
        : removed(left.size(), false), added(right.size(), false), left_(std::move(left)),
          right_(std::move(right)), forward_(left_.size() + right_.size() + 3),
          backward_(forward_.size()) {
        solve({0, static_cast<int>(left_.size()), 0, static_cast<int>(right_.size())});
    }

    std::vector<bool> removed, added;

private:
    void solve(Box box);
    std::optional<Point> middle(const Box& box);
    void replace(const Box& box);
    bool same(int left, int right) const {
        return left_[static_cast<std::size_t>(left)] == right_[static_cast<std::size_t>(right)];
    }

    std::vector<int> left_, right_;
    std::vector<int> forward_, backward_; // furthest line of the left text by diagonal
};

void Comparison::replace(const Box& box) {
    std::fill(removed.begin() + box.left_begin, removed.begin() + box.left_end, true);
    std::fill(added.begin() + box.right_begin, added.begin() + box.right_end, true);
}

void Comparison::solve(Box box) {
    while (box.width() > 0 && box.height() > 0 && same(box.left_begin, box.right_begin))
        ++box.left_begin, ++box.right_begin;
    while (box.width() > 0 && box.height() > 0 && same(box.left_end - 1, box.right_end - 1))
        --box.left_end, --box.right_end;
    if (box.width() == 0 || box.height() == 0) return replace(box);
    const auto split = middle(box);
    if (!split) return replace(box);
    solve({box.left_begin, split->left, box.right_begin, split->right});
    solve({split->left, box.left_end, split->right, box.right_end});
}

/// A point on a shortest edit script, where the searches from both corners meet; or nothing when
/// that takes too long. Diagonal k holds the points with left - right = k (relative to the box).
std::optional<Point> Comparison::middle(const Box& box) {
    const int n = box.width(), m = box.height(), delta = n - m;
    const bool odd = delta % 2 != 0;
    const auto at = [&](int k) { return static_cast<std::size_t>(k + m + 1); };
    const auto in_box = [&](int k) { return k >= -m && k <= n; };
    forward_[at(1 <= n ? 1 : -1)] = 0;
    backward_[at(delta - 1 >= -m ? delta - 1 : delta + 1)] = n;
    for (int d = 0; d <= std::min((n + m + 1) / 2, kEffort); ++d) {
        for (int k = -d; k <= d; k += 2) {
            if (!in_box(k)) continue;
            const bool down =
                k == -d || !in_box(k - 1) ||
                (k != d && in_box(k + 1) && forward_[at(k - 1)] < forward_[at(k + 1)]);
            int x = d == 0 ? 0 : down ? forward_[at(k + 1)] : forward_[at(k - 1)] + 1;
            while (x < n && x - k < m && same(box.left_begin + x, box.right_begin + x - k)) ++x;
            forward_[at(k)] = x;
            const int reverse = k - delta;
            if (odd && reverse >= -(d - 1) && reverse <= d - 1 && x >= backward_[at(k)])
                return Point{box.left_begin + x, box.right_begin + x - k};
        }
        for (int r = -d; r <= d; r += 2) {
            const int k = r + delta;
            if (!in_box(k)) continue;
            const bool up =
                r == d || !in_box(k + 1) ||
                (r != -d && in_box(k - 1) && backward_[at(k - 1)] < backward_[at(k + 1)]);
            int x = d == 0 ? n : up ? backward_[at(k - 1)] : backward_[at(k + 1)] - 1;
            while (x > 0 && x - k > 0 && same(box.left_begin + x - 1, box.right_begin + x - k - 1))
                --x;
            backward_[at(k)] = x;
            if (!odd && k >= -d && k <= d && x <= forward_[at(k)])
                return Point{box.left_begin + x, box.right_begin + x - k};
        }
    }
    return std::nullopt;
}

struct Line {
    char mark; // ' ', '-', '+'
    std::string_view text;
};

/// Both texts as one sequence, removals before additions.
std::vector<Line> script(const Lines& before, const Lines& after, const Comparison& comparison) {
    std::vector<Line> lines;
    std::size_t i = 0, j = 0;
    while (i < before.size() || j < after.size()) {
        if (i < before.size() && comparison.removed[i])
            lines.push_back({'-', before[i++]});
        else if (j < after.size() && comparison.added[j])
            lines.push_back({'+', after[j++]});
        else
            lines.push_back({' ', before[i++]}), ++j;
    }
    return lines;
}

std::string range(std::size_t first, std::size_t count) {
    if (count == 1) return fmt::format("{}", first + 1);
    return fmt::format("{},{}", count == 0 ? first : first + 1, count);
}

std::string print(const Line& line, bool color) {
    const bool whole = line.text.ends_with('\n');
    const std::string text =
        line.mark + sanitize(whole ? line.text.substr(0, line.text.size() - 1) : line.text, true);
    const Color shade = line.mark == '-'   ? Color::Red
                        : line.mark == '+' ? Color::Green
                                           : Color::None;
    return paint(text, shade, color) + (whole ? "\n" : "\n\\ No newline at end of file\n");
}

/// The lines that a hunk shows: each change with its context, near ones together.
struct Hunk {
    std::size_t begin, end;
};
std::vector<Hunk> hunks_of(const std::vector<Line>& lines) {
    std::vector<Hunk> hunks;
    for (std::size_t i = 0; i < lines.size(); ++i) {
        if (lines[i].mark == ' ') continue;
        const std::size_t begin = i < kContext ? 0 : i - kContext;
        const std::size_t end = std::min(lines.size(), i + kContext + 1);
        if (!hunks.empty() && begin <= hunks.back().end)
            hunks.back().end = end;
        else
            hunks.push_back({begin, end});
    }
    return hunks;
}

} // namespace

std::string unified_diff(std::string_view before, std::string_view after,
                         std::string_view before_name, std::string_view after_name, bool color) {
    if (before == after) return {};
    const Lines left = split_lines(before), right = split_lines(after);
    Numbering number;
    auto left_numbers = number(left);
    const Comparison comparison(std::move(left_numbers), number(right));
    const auto lines = script(left, right, comparison);

    std::string out = paint(fmt::format("--- {}", before_name), Color::Bold, color) + "\n" +
                      paint(fmt::format("+++ {}", after_name), Color::Bold, color) + "\n";
    std::size_t at = 0, old_line = 0, new_line = 0;
    for (const auto& hunk : hunks_of(lines)) {
        for (; at < hunk.begin; ++at) ++old_line, ++new_line;
        std::size_t old_count = 0, new_count = 0;
        std::string body;
        for (; at < hunk.end; ++at) {
            old_count += lines[at].mark != '+';
            new_count += lines[at].mark != '-';
            body += print(lines[at], color);
        }
        out += paint(fmt::format("@@ -{} +{} @@", range(old_line, old_count),
                                 range(new_line, new_count)),
                     Color::Cyan, color) +
               "\n" + body;
        old_line += old_count, new_line += new_count;
    }
    return out;
}

} // namespace kspark::output
