// SPDX-License-Identifier: MIT
// What a C caller holds as qmpev_emitter: an Emitter and how many hold it. Any thread.
#pragma once

#include <atomic>

#include <qmpev/qmpev_types.h>
#include <qmpev/emitter.hpp>

/// The C type, in the global namespace because its name is C's.
struct qmpev_emitter {
  qmpev::Emitter emitter;
  std::atomic<int> references{1};
};

namespace qmpev {

/// The Emitter behind a handle; null for null. Borrowed: the caller holds a reference for as long as it uses
/// it.
inline const Emitter* emitter_of(const qmpev_emitter* handle) noexcept {
  return handle != nullptr ? &handle->emitter : nullptr;
}

}  // namespace qmpev
