// SPDX-License-Identifier: MIT
#include "scenario/client_watch.hpp"

#include <utility>

#include "wire/writer.hpp"

namespace qmpev {

namespace {

constexpr ReaderLimits kLimits{.max_bytes = kMaxWatchedBytes, .max_tokens = 4'096, .max_depth = 64};

}  // namespace

ClientWatch::ClientWatch(OnCommand on_command, OnClients on_clients)
    : on_command_(std::move(on_command)), on_clients_(std::move(on_clients)) {}

void ClientWatch::see(const Traffic& traffic) {
  switch (traffic.kind) {
    case Traffic::Kind::opened:
      sessions_.emplace(traffic.session, std::make_unique<Reader>(kLimits));
      break;
    case Traffic::Kind::closed:
      sessions_.erase(traffic.session);
      break;
    case Traffic::Kind::received:
      if (const auto found = sessions_.find(traffic.session); found != sessions_.end())
        read(*found->second, traffic.bytes);
      return;
    case Traffic::Kind::sent:
      return;
  }
  on_clients_(sessions_.empty() ? 0 : sessions_.size() - 1);  // one of them is ours
}

void ClientWatch::read(Reader& reader, std::string_view bytes) {
  reader.push(bytes);
  while (const auto item = reader.next()) {
    if (!item->value || !item->value->is_object()) continue;
    const Value* name = item->value->find("execute");
    if (name == nullptr || !name->is_string() || is_own(name->as_string())) continue;
    std::string arguments;
    if (const Value* given = item->value->find("arguments")) write_json(*given, arguments);
    on_command_(name->as_string(), arguments);
  }
}

/// Who of two clients sent a command first does not matter: each is counted once.
bool ClientWatch::is_own(const std::string& name) {
  const auto found = own_.find(name);
  if (found == own_.end()) return false;
  if (--found->second == 0) own_.erase(found);
  return true;
}

}  // namespace qmpev
