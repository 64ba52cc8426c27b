// SPDX-License-Identifier: MIT
// A broken promise inside the module ends the process, in release builds too: after it memory cannot be
// trusted. Never used on what a guest, a client or an embedder's configuration can cause. Any thread.
#pragma once

namespace qmpev {

[[noreturn]] void assertion_failed(const char* condition, const char* file, int line) noexcept;

}  // namespace qmpev

#define QMPEV_ASSERT(condition) \
  ((condition) ? static_cast<void>(0) : ::qmpev::assertion_failed(#condition, __FILE__, __LINE__))
