// SPDX-License-Identifier: Apache-2.0
// A command's flags, declared once: parsing, --help and completion read the same list. The
// semantics are kubectl's (pflag): "-nfoo", "-n=foo", "--flag=x", repeated flags, "-f a,b",
// "-A=false", an optional value only after "=", "--" ends the flags, flags and positionals in any
// order.
#pragma once

#include "core/base/result.hpp"
#include "core/base/time.hpp"

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace kspark::core {

class Context;

/// Candidates for a word that begins with `prefix`: "value" or "value\tdescription".
using Completer = std::function<std::vector<std::string>(Context&, const std::string& prefix)>;

struct Flag {
    std::vector<std::string> names; ///< "-n", "--namespace"
    std::string value_name;         ///< "NAME"; empty for a switch
    std::string help;               ///< one or two lines, kubectl's tone
    std::string shown_default;
    std::optional<std::string> implied; ///< value of "--wait" without "=..."
    std::vector<std::string> choices;
    bool repeated = false;
    bool split_commas = false; ///< of repeated ones
    bool global = false;       ///< listed under "Global flags"
    bool hidden = false;
    /// The error says what is accepted; parse() puts the flag and the value before it.
    std::function<Status(const std::string& value)> assign;
    Completer complete;

    /// "--namespace", or "-n" when there is no long one.
    const std::string& name() const { return names.back(); }
};

/// What a positional word is.
struct Positional {
    std::string name; ///< "NAME..."
    std::string help;
    std::size_t at_least = 0, at_most = 0;
    std::vector<std::string>* values = nullptr;
    Completer complete;
};

class Flags {
public:
    // Names as "-n,--namespace". Each returns the declared flag, for what is seldom: .implied,
    // .choices, .complete, .hidden. What the member holds is the default that --help shows.
    Flag& add(std::string names, bool& member, std::string help);
    Flag& add(std::string names, std::string& member, std::string value_name, std::string help);
    Flag& add(std::string names, int& member, std::string value_name, std::string help);
    Flag& add(std::string names, Duration& member, std::string value_name, std::string help);
    Flag& add(std::string names, std::optional<Duration>& member, std::string value_name,
              std::string help);
    /// Repeatable; commas separate values when `split_commas`.
    Flag& add(std::string names, std::vector<std::string>& member, std::string value_name,
              std::string help, bool split_commas = true);
    /// Anything else; `assign` says in its error what is accepted.
    Flag& add(std::string names, std::string value_name, std::string help,
              std::function<Status(const std::string&)> assign);
    Positional& positionals(std::string name, std::vector<std::string>& members, std::string help,
                            std::size_t at_least, std::size_t at_most);
    /// What follows "--", untouched.
    void rest(std::vector<std::string>& members);

    /// Usage errors in kubectl's words: `unknown flag: --foo`.
    Status parse(const std::vector<std::string>& arguments);

    const std::vector<Flag>& flags() const { return flags_; }
    const std::optional<Positional>& positional() const { return positional_; }

private:
    Flag& declare(const std::string& names, std::string value_name, std::string help);
    Status assign_positionals(std::vector<std::string> words);

    std::vector<Flag> flags_;
    std::optional<Positional> positional_;
    std::vector<std::string>* rest_ = nullptr;
};

} // namespace kspark::core
