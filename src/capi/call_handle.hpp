// SPDX-License-Identifier: MIT
// What a C caller holds as qmpev_call: one call of a command, its arguments, and how many hold it. Most are
// answered later; one that may be carried out out of band is answered before its handler returns. Any thread.
#pragma once

#include <atomic>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <utility>

#include <qmpev/qmpev_commands.h>
#include <qmpev/server.hpp>

/// The C type, in the global namespace because its name is C's.
struct qmpev_call {
  /// Copies `arguments`. Without `later` it is to be answered at once.
  qmpev_call(JsonObject* from, std::optional<qmpev::Call> later);

  void answer(qmpev::Answer answer);
  bool cancelled() const;

  /// Of one to be answered at once: its answer, if it has one. From here on nobody waits for it.
  std::optional<qmpev::Answer> end();

  const std::string text;  ///< of the arguments
  // Of its own, since json-glib counts references without care for threads.
  const std::unique_ptr<JsonNode, void (*)(JsonNode*)> arguments;
  std::atomic<int> references{1};

 private:
  std::optional<qmpev::Call> later_;
  mutable std::mutex mutex_;
  std::optional<qmpev::Answer> given_;  // guarded by mutex_
  bool is_ended_ = false;               // guarded by mutex_
};
