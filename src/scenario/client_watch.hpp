// SPDX-License-Identifier: MIT
// What other clients do, read from the traffic of a server: how many there are, and which commands they send.
// Loop thread.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>

#include <qmpev/traffic.hpp>

#include "wire/reader.hpp"

namespace qmpev {

/// What a client may send in one message and still be understood here; the server takes more.
inline constexpr std::size_t kMaxWatchedBytes = std::size_t{64} << 10;

class ClientWatch {
 public:
  /// A command of somebody else, when it was read whole; `arguments` is a JSON object, or empty.
  using OnCommand = std::function<void(const std::string& name, const std::string& arguments)>;
  /// How many others are connected now.
  using OnClients = std::function<void(std::uint64_t clients)>;

  ClientWatch(OnCommand on_command, OnClients on_clients);

  void see(const Traffic& traffic);
  /// We are one of the clients and send this command ourselves.
  void expect_own(const std::string& name) { ++own_[name]; }

 private:
  void read(Reader& reader, std::string_view bytes);
  bool is_own(const std::string& name);

  const OnCommand on_command_;
  const OnClients on_clients_;
  std::map<std::uint64_t, std::unique_ptr<Reader>> sessions_;
  std::map<std::string, std::uint64_t> own_;  // sent, and not seen yet
};

}  // namespace qmpev
