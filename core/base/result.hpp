// SPDX-License-Identifier: Apache-2.0
// Failures are values: Result<T> holds a T or an Error, a code and one sentence that names the
// thing and the place. The spelling is std::expected's, which replaces this file when the floor
// is C++23 with GCC 13 and clang 19.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace kspark::core {

/// What kind of failure it is; cli/exit_status.hpp maps each to an exit status.
enum class Code {
    Failed,            ///< none of the others
    Usage,             ///< the command line is wrong
    Invalid,           ///< the input is wrong: a file, a manifest, a kubeconfig
    ApplicationFailed, ///< a Spark application failed
    Timeout,           ///< --timeout or --request-timeout ran out
    Unauthorized,      ///< 401
    Forbidden,         ///< 403
    Refused,           ///< the cluster said no for another reason: admission, validation
    Unreachable,       ///< no answer from the cluster
    NotFound,          ///< 404
    Conflict,          ///< 409
    Gone,              ///< 410: a resourceVersion or a continue token too old
    ChangesPending,    ///< --exit-code and there are changes
    Interrupted,       ///< Ctrl-C
    OutputClosed,      ///< the reader of stdout went away
    Internal,          ///< a bug of ours
};

struct Error {
    Code code = Code::Failed;
    /// One lower-case sentence without a final stop. Empty: everything was said already, only the
    /// exit status is left to give.
    std::string message;
    /// Further lines, printed below the message (causes of a Kubernetes Status, findings).
    std::vector<std::string> details = {};

    /// Puts what was being done before the message: "reading FILE: MESSAGE".
    Error during(std::string_view what) && {
        message = std::string(what) + ": " + message;
        return std::move(*this);
    }
};

template <class T>
class [[nodiscard]] Result {
public:
    Result(T value) : state_(std::in_place_index<0>, std::move(value)) {}
    Result(Error error) : state_(std::in_place_index<1>, std::move(error)) {}

    explicit operator bool() const { return state_.index() == 0; }
    bool has_value() const { return state_.index() == 0; }
    T& operator*() & { return std::get<0>(state_); }
    const T& operator*() const& { return std::get<0>(state_); }
    T&& operator*() && { return std::get<0>(std::move(state_)); }
    T* operator->() { return &std::get<0>(state_); }
    const T* operator->() const { return &std::get<0>(state_); }
    Error& error() & { return std::get<1>(state_); }
    const Error& error() const& { return std::get<1>(state_); }
    Error&& error() && { return std::get<1>(std::move(state_)); }

private:
    std::variant<T, Error> state_;
};

/// Success without a value, or an Error.
class [[nodiscard]] Status {
public:
    Status() = default;
    Status(Error error) : state_(std::move(error)) {}

    explicit operator bool() const { return state_.index() == 0; }
    bool has_value() const { return state_.index() == 0; }
    Error& error() & { return std::get<1>(state_); }
    const Error& error() const& { return std::get<1>(state_); }
    Error&& error() && { return std::get<1>(std::move(state_)); }

private:
    std::variant<std::monostate, Error> state_;
};

} // namespace kspark::core

#define KSPARK_CONCAT_(a, b) a##b
#define KSPARK_CONCAT(a, b) KSPARK_CONCAT_(a, b)

/// Returns the error of a Status or Result from the enclosing function.
#define KSPARK_TRY(expression)                                                                     \
    do {                                                                                           \
        if (auto kspark_tried = (expression); !kspark_tried)                                       \
            return std::move(kspark_tried).error();                                                \
    } while (false)

/// KSPARK_ASSIGN(auto value, f()): the value of a Result, or its error returned from the function.
#define KSPARK_ASSIGN(target, expression)                                                          \
    KSPARK_ASSIGN_(KSPARK_CONCAT(kspark_result_, __LINE__), target, expression)
#define KSPARK_ASSIGN_(name, target, expression)                                                   \
    auto name = (expression);                                                                      \
    if (!name) return std::move(name).error();                                                     \
    target = *std::move(name)
