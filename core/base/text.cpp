// SPDX-License-Identifier: Apache-2.0
// Small work on strings that every floor needs.
#include "core/base/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <numeric>

namespace kspark::core {
namespace {

constexpr std::string_view kBase64 =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/// Insertions, deletions, replacements and swaps of neighbours from one word to another.
std::size_t edit_distance(std::string_view left, std::string_view right) {
    std::vector<std::size_t> before(right.size() + 1), last(right.size() + 1),
        row(right.size() + 1);
    std::iota(last.begin(), last.end(), 0);
    for (std::size_t i = 1; i <= left.size(); ++i) {
        row[0] = i;
        for (std::size_t j = 1; j <= right.size(); ++j) {
            const std::size_t change = left[i - 1] == right[j - 1] ? 0 : 1;
            row[j] = std::min({last[j] + 1, row[j - 1] + 1, last[j - 1] + change});
            if (i > 1 && j > 1 && left[i - 1] == right[j - 2] && left[i - 2] == right[j - 1])
                row[j] = std::min(row[j], before[j - 2] + 1);
        }
        std::swap(before, last);
        std::swap(last, row);
    }
    return last[right.size()];
}

} // namespace

std::string_view trim(std::string_view text) {
    constexpr std::string_view kSpace = " \t\r\n\v\f";
    const auto begin = text.find_first_not_of(kSpace);
    if (begin == std::string_view::npos) return {};
    return text.substr(begin, text.find_last_not_of(kSpace) - begin + 1);
}

std::vector<std::string> split(std::string_view text, char separator) {
    std::vector<std::string> parts;
    for (std::size_t begin = 0;;) {
        const auto end = text.find(separator, begin);
        parts.emplace_back(text.substr(begin, end - begin));
        if (end == std::string_view::npos) return parts;
        begin = end + 1;
    }
}

std::string join(const std::vector<std::string>& parts, std::string_view separator) {
    return fmt::format("{}", fmt::join(parts, separator));
}

bool starts_with_any(std::string_view text, std::initializer_list<std::string_view> prefixes) {
    return std::any_of(prefixes.begin(), prefixes.end(),
                       [&](std::string_view prefix) { return text.starts_with(prefix); });
}

std::string lower(std::string_view text) {
    std::string result(text);
    for (char& c : result) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    return result;
}

std::string nearest(std::string_view word, const std::vector<std::string>& candidates) {
    // A third of the letters may differ: "memroy" is memory, "disk" is not.
    const std::size_t limit = std::max<std::size_t>(1, word.size() / 3);
    std::size_t best = limit + 1;
    std::string found;
    for (const auto& candidate : candidates) {
        if (candidate == word) continue;
        if (candidate.size() > word.size() + limit || word.size() > candidate.size() + limit)
            continue;
        const auto distance = edit_distance(lower(word), lower(candidate));
        if (distance < best) {
            best = distance;
            found = candidate;
        }
    }
    return found;
}

std::string did_you_mean(std::string_view word, const std::vector<std::string>& candidates) {
    const std::string candidate = nearest(word, candidates);
    return candidate.empty() ? "" : fmt::format("; did you mean \"{}\"?", candidate);
}

Result<std::string> decode_base64(std::string_view text) {
    std::array<signed char, 256> digit{};
    digit.fill(-1);
    for (std::size_t i = 0; i < kBase64.size(); ++i)
        digit[static_cast<unsigned char>(kBase64[i])] = static_cast<signed char>(i);

    const auto wrong = [](std::size_t byte) {
        return Error{Code::Invalid, fmt::format("illegal base64 data at input byte {}", byte)};
    };
    std::string bytes;
    bytes.reserve(text.size() / 4 * 3);
    unsigned bits = 0;
    int digits = 0; // of the current group of four, padding counted
    int padding = 0;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const auto c = static_cast<unsigned char>(text[i]);
        if (std::isspace(c) != 0) continue;
        if (c == '=' && digits >= 2 && padding < 2) {
            ++padding;
            ++digits;
            continue;
        }
        if (digit[c] < 0 || padding > 0) return wrong(i);
        bits = bits << 6 | static_cast<unsigned>(digit[c]);
        if (++digits < 4) continue;
        for (const int shift : {16, 8, 0}) bytes += static_cast<char>(bits >> shift & 0xff);
        bits = 0;
        digits = 0;
    }
    if (digits == 0) return bytes;
    // As Go counts it: where the group begins that never ended.
    if (digits != 4)
        return wrong(padding > 0 ? text.size() : text.size() - static_cast<std::size_t>(digits));
    if (padding == 1) {
        bytes += static_cast<char>(bits >> 10 & 0xff);
        bytes += static_cast<char>(bits >> 2 & 0xff);
    } else {
        bytes += static_cast<char>(bits >> 4 & 0xff);
    }
    return bytes;
}

std::string encode_base64(std::string_view bytes) {
    std::string text;
    text.reserve((bytes.size() + 2) / 3 * 4);
    for (std::size_t i = 0; i < bytes.size(); i += 3) {
        const std::size_t length = std::min<std::size_t>(3, bytes.size() - i);
        unsigned bits = 0;
        for (std::size_t j = 0; j < 3; ++j)
            bits = bits << 8 | (j < length ? static_cast<unsigned char>(bytes[i + j]) : 0U);
        for (std::size_t j = 0; j < 4; ++j)
            text += j <= length ? kBase64[bits >> (18 - 6 * j) & 0x3f] : '=';
    }
    return text;
}

std::string percent_encode(std::string_view text) {
    std::string encoded;
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        if (std::isalnum(byte) != 0 || c == '-' || c == '.' || c == '_' || c == '~')
            encoded += c;
        else
            encoded += fmt::format("%{:02X}", byte);
    }
    return encoded;
}

std::string count(std::size_t number, std::string_view singular, std::string_view plural) {
    if (number == 1) return fmt::format("1 {}", singular);
    return plural.empty() ? fmt::format("{} {}s", number, singular)
                          : fmt::format("{} {}", number, plural);
}

} // namespace kspark::core
