// SPDX-License-Identifier: Apache-2.0
// Standard output and error without buffers of our own: what is written is out, in order, also when
// the program ends by a signal. Callers hand over whole lines or blocks.
#include "core/output/streams.hpp"

#include <sys/ioctl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace kspark::output {
namespace {

class DescriptorStream : public Stream {
public:
    explicit DescriptorStream(int descriptor) : descriptor_(descriptor) {}

    core::Status write(std::string_view bytes) override {
        while (!bytes.empty()) {
            const auto written = ::write(descriptor_, bytes.data(), bytes.size());
            if (written < 0 && errno == EINTR) continue;
            if (written < 0 && errno == EPIPE)
                return core::Error{core::Code::OutputClosed, "the reader of the output went away"};
            if (written < 0)
                return core::Error{core::Code::Failed,
                                   std::string("cannot write the output: ") + std::strerror(errno)};
            bytes.remove_prefix(static_cast<std::size_t>(written));
        }
        return {};
    }

    bool is_terminal() const override { return isatty(descriptor_) == 1; }

    int width() const override {
        winsize size = {};
        if (ioctl(descriptor_, TIOCGWINSZ, &size) != 0 || size.ws_col == 0) return 80;
        return size.ws_col;
    }

    int height() const override {
        winsize size = {};
        if (ioctl(descriptor_, TIOCGWINSZ, &size) != 0 || size.ws_row == 0) return 24;
        return size.ws_row;
    }

private:
    int descriptor_;
};

} // namespace

Stream::~Stream() = default;
Buffer::~Buffer() = default;

core::Status Buffer::write(std::string_view bytes) {
    text_ += bytes;
    return {};
}

Streams standard_streams() {
    static DescriptorStream out(STDOUT_FILENO);
    static DescriptorStream err(STDERR_FILENO);
    return {out, err, isatty(STDIN_FILENO) == 1};
}

} // namespace kspark::output
