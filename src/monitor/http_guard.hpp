// SPDX-License-Identifier: MIT
// A Stream that ends when its client begins with an HTTP request: a page in a browser can have one sent to
// any port of this machine, and what stands in its body must not be taken for commands. Loop thread.
#pragma once

#include <functional>
#include <memory>

#include "monitor/stream.hpp"

namespace qmpev {

/// Reading fails with EPROTO once the first bytes are a request, and nothing of it is handed on; `on_http` is
/// called then, once. It must not throw nor free the stream. Everything else passes unchanged.
std::unique_ptr<Stream> make_http_guard(std::unique_ptr<Stream> stream, std::function<void()> on_http);

}  // namespace qmpev
