// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/base/result.hpp"

#include <string>
#include <string_view>

namespace kspark::output {

/// Where bytes go. Data goes to out, talk goes to err.
class Stream {
public:
    virtual ~Stream();
    /// OutputClosed when the reader has gone (EPIPE).
    virtual core::Status write(std::string_view bytes) = 0;
    virtual bool is_terminal() const = 0;
    /// Columns of the terminal; 80 when not known.
    virtual int width() const = 0;
    /// Lines of the terminal; 24 when not known.
    virtual int height() const { return 24; }
};

struct Streams {
    Stream& out;
    Stream& err;
    bool input_is_terminal = false;
};

/// Standard output and standard error.
Streams standard_streams();

/// Collects what is written; for tests.
class Buffer : public Stream {
public:
    explicit Buffer(bool terminal = false, int width = 80) : terminal_(terminal), width_(width) {}
    ~Buffer() override;
    core::Status write(std::string_view bytes) override;
    bool is_terminal() const override { return terminal_; }
    int width() const override { return width_; }
    const std::string& text() const { return text_; }

private:
    std::string text_;
    bool terminal_;
    int width_;
};

} // namespace kspark::output
