// SPDX-License-Identifier: Apache-2.0
// Times as Kubernetes writes them, durations as Go writes them, ages as kubectl prints them.
#include "core/base/time.hpp"

#include "core/base/interrupt.hpp"

#include <fmt/format.h>

#include <poll.h>

#include <algorithm>
#include <cctype>
#include <cmath>
#include <optional>

namespace kspark::core {
namespace {

using std::chrono::days;
using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

class SystemClock : public Clock {
public:
    Time now() const override {
        return std::chrono::time_point_cast<Duration>(std::chrono::system_clock::now());
    }
    Duration monotonic() const override {
        return std::chrono::steady_clock::now().time_since_epoch();
    }
    void sleep(Duration duration) override {
        if (interrupted()) return;
        pollfd wake{interrupt_descriptor(), POLLIN, 0};
        const auto limit = std::chrono::ceil<std::chrono::milliseconds>(duration).count();
        poll(&wake, wake.fd < 0 ? 0 : 1, static_cast<int>(limit));
    }
};

/// Takes `digits` decimal digits from the front.
std::optional<int> take_number(std::string_view& text, std::size_t digits) {
    if (text.size() < digits) return std::nullopt;
    int number = 0;
    for (std::size_t i = 0; i < digits; ++i) {
        if (std::isdigit(static_cast<unsigned char>(text[i])) == 0) return std::nullopt;
        number = number * 10 + (text[i] - '0');
    }
    text.remove_prefix(digits);
    return number;
}

bool take(std::string_view& text, char expected) {
    if (text.empty() || std::tolower(static_cast<unsigned char>(text[0])) != expected) return false;
    text.remove_prefix(1);
    return true;
}

/// ".123456789", more digits than nanoseconds are dropped.
Duration take_fraction(std::string_view& text) {
    if (!take(text, '.')) return Duration::zero();
    Duration::rep value = 0;
    Duration::rep unit = 100'000'000;
    while (!text.empty() && std::isdigit(static_cast<unsigned char>(text[0])) != 0) {
        value += unit * (text[0] - '0');
        unit /= 10;
        text.remove_prefix(1);
    }
    return Duration(value);
}

/// "Z" or "+02:00", as what must be subtracted.
std::optional<minutes> take_offset(std::string_view& text) {
    if (take(text, 'z')) return minutes(0);
    const bool negative = !text.empty() && text[0] == '-';
    if (!negative && (text.empty() || text[0] != '+')) return std::nullopt;
    text.remove_prefix(1);
    const auto hour = take_number(text, 2);
    if (!hour || !take(text, ':')) return std::nullopt;
    const auto minute = take_number(text, 2);
    if (!minute) return std::nullopt;
    const minutes offset = hours(*hour) + minutes(*minute);
    return negative ? -offset : offset;
}

std::optional<Time> read_time(std::string_view text) {
    const auto year = take_number(text, 4);
    if (!year || !take(text, '-')) return std::nullopt;
    const auto month = take_number(text, 2);
    if (!month || !take(text, '-')) return std::nullopt;
    const auto day = take_number(text, 2);
    if (!day || (!take(text, 't') && !take(text, ' '))) return std::nullopt;
    const auto hour = take_number(text, 2);
    if (!hour || !take(text, ':')) return std::nullopt;
    const auto minute = take_number(text, 2);
    if (!minute || !take(text, ':')) return std::nullopt;
    const auto second = take_number(text, 2);
    if (!second) return std::nullopt;
    const Duration fraction = take_fraction(text);
    const auto offset = take_offset(text);
    const std::chrono::year_month_day date{std::chrono::year(*year),
                                           std::chrono::month(static_cast<unsigned>(*month)),
                                           std::chrono::day(static_cast<unsigned>(*day))};
    if (!offset || !text.empty() || !date.ok() || *hour > 23 || *minute > 59 || *second > 60)
        return std::nullopt;
    // Outside these years nanoseconds since 1970 overflow.
    if (*year < 1700 || *year > 2200) return std::nullopt;
    return Time(std::chrono::sys_days(date)) + hours(*hour) + minutes(*minute) + seconds(*second) +
           fraction - *offset;
}

/// The unit at the front of a duration ("ms" before "m").
std::optional<double> take_unit(std::string_view& text) {
    struct Unit {
        std::string_view name;
        double nanoseconds;
    };
    static constexpr Unit kUnits[] = {{"ns", 1},  {"us", 1e3}, {"\u00b5s", 1e3}, {"ms", 1e6},
                                      {"s", 1e9}, {"m", 60e9}, {"h", 3600e9}};
    for (const auto& unit : kUnits) {
        if (!text.starts_with(unit.name)) continue;
        text.remove_prefix(unit.name.size());
        return unit.nanoseconds;
    }
    return std::nullopt;
}

} // namespace

Clock::~Clock() = default;

Clock& system_clock() {
    static SystemClock clock;
    return clock;
}

Result<Time> parse_time(std::string_view text) {
    if (const auto time = read_time(text)) return *time;
    return Error{Code::Invalid,
                 fmt::format("\"{}\" is not a time: write it as 2026-01-02T03:04:05Z", text)};
}

std::string format_time(Time time, int fraction_digits) {
    const auto day = std::chrono::floor<days>(time);
    const std::chrono::year_month_day date{day};
    const std::chrono::hh_mm_ss<Duration> clock{time - day};
    std::string fraction;
    if (fraction_digits > 0)
        fraction = "." + fmt::format("{:09}", clock.subseconds().count())
                             .substr(0, static_cast<std::size_t>(fraction_digits));
    return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}{}Z", static_cast<int>(date.year()),
                       static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                       clock.hours().count(), clock.minutes().count(), clock.seconds().count(),
                       fraction);
}

Result<Duration> parse_duration(std::string_view text) {
    const Error wrong{Code::Usage,
                      fmt::format("\"{}\" is not a duration: write it as 30s, 5m or 1h30m", text)};
    std::string_view left = text;
    const bool negative = left.starts_with('-');
    if (negative || left.starts_with('+')) left.remove_prefix(1);
    if (left == "0") return Duration::zero();
    if (left.empty()) return wrong;
    double total = 0;
    while (!left.empty()) {
        const std::size_t digits = left.find_first_not_of("0123456789.");
        if (digits == 0 || digits == std::string_view::npos) return wrong;
        const std::string number(left.substr(0, digits));
        if (number == "." || std::count(number.begin(), number.end(), '.') > 1) return wrong;
        left.remove_prefix(digits);
        const auto unit = take_unit(left);
        if (!unit) return wrong;
        total += std::stod(number) * *unit;
    }
    if (total > 9.2e18) return wrong;
    const Duration duration(static_cast<Duration::rep>(std::llround(total)));
    return negative ? -duration : duration;
}

std::string human_duration(Duration duration) {
    // The steps are those of apimachinery's duration.HumanDuration.
    const long s = std::chrono::floor<seconds>(duration).count();
    if (s < -1) return "<invalid>";
    if (s < 0) return "0s";
    if (s < 120) return fmt::format("{}s", s);
    const auto two = [](long big, const char* big_unit, long small, const char* small_unit) {
        return small == 0 ? fmt::format("{}{}", big, big_unit)
                          : fmt::format("{}{}{}{}", big, big_unit, small, small_unit);
    };
    const long m = s / 60;
    if (m < 10) return two(m, "m", s % 60, "s");
    if (m < 180) return fmt::format("{}m", m);
    const long h = m / 60;
    if (h < 8) return two(h, "h", m % 60, "m");
    if (h < 48) return fmt::format("{}h", h);
    const long d = h / 24;
    if (h < 24 * 8) return two(d, "d", h % 24, "h");
    if (h < 24 * 365 * 2) return fmt::format("{}d", d);
    const long y = d / 365;
    if (h < 24 * 365 * 8) return two(y, "y", d % 365, "d");
    return fmt::format("{}y", y);
}

} // namespace kspark::core
