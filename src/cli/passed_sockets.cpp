// SPDX-License-Identifier: MIT
#include "cli/passed_sockets.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <charconv>
#include <cstdlib>
#include <optional>
#include <set>

#include "cli/event_text.hpp"

namespace qmpev {

namespace {

constexpr const char* kPidVariable = "LISTEN_PID";
constexpr const char* kCountVariable = "LISTEN_FDS";
constexpr const char* kNamesVariable = "LISTEN_FDNAMES";
/// How systemd's library calls those that have no name.
constexpr const char* kUnnamed = "unknown";
constexpr const char* kHowTo = ": start it from a .socket unit, or with systemd-socket-activate";

Error mistake(const std::string& sentence) {
  return {ErrorCode::invalid_argument, sentence + kHowTo};
}

template <typename Number>
std::optional<Number> number(std::string_view text) {
  Number value{};
  const auto [end, refused] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (refused != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

/// One for each of `count`.
Result<std::vector<std::string>> names_of(const char* said, int count) {
  const auto wanted = static_cast<std::size_t>(count);
  if (said == nullptr) return std::vector<std::string>(wanted, kUnnamed);
  std::vector<std::string> names(1);
  for (const char* letter = said; *letter != '\0'; ++letter) {
    if (*letter == ':')
      names.emplace_back();
    else
      names.back() += *letter;
  }
  if (names.size() == wanted) return names;
  return mistake(std::string(kNamesVariable) + " has " + std::to_string(names.size()) + " names for " +
                 std::to_string(count) + " sockets");
}

std::string quoted(const std::string& name) {
  return "'" + printable(name) + "'";
}

}  // namespace

Result<PassedSockets> PassedSockets::take_from_environment() {
  const Said said{std::getenv(kPidVariable), std::getenv(kCountVariable), std::getenv(kNamesVariable)};
  auto sockets = of(said, ::getpid());
  for (const char* variable : {kPidVariable, kCountVariable, kNamesVariable}) ::unsetenv(variable);
  return sockets;
}

Result<PassedSockets> PassedSockets::of(const Said& said, pid_t self, int first) {
  PassedSockets sockets;
  if (said.pid == nullptr || said.count == nullptr) return sockets;
  if (number<pid_t>(said.pid) != self) {
    sockets.other_ = printable(said.pid);
    return sockets;
  }
  const auto count = number<int>(said.count);
  if (!count || *count < 0 || *count > kMaxPassedSockets)
    return mistake(std::string(kCountVariable) + " is '" + printable(said.count) +
                   "', not a number from 0 to " + std::to_string(kMaxPassedSockets));
  if (*count == 0) return sockets;
  auto names = names_of(said.names, *count);
  if (!names) return names.error();
  int fd = first;
  for (std::string& name : names.value()) {
    if (::fcntl(fd, F_SETFD, FD_CLOEXEC) != 0)
      return mistake(std::string(kCountVariable) + " is " + std::to_string(*count) + ", and descriptor " +
                     std::to_string(fd) + " is not open");
    sockets.sockets_.push_back({fd++, std::move(name), false});
  }
  return sockets;
}

Result<std::vector<int>> PassedSockets::take(std::string_view name) {
  std::vector<int> found;
  for (Socket& socket : sockets_) {
    if (socket.taken || socket.name != name) continue;
    socket.taken = true;
    found.push_back(socket.fd);
  }
  if (found.empty()) return Error{ErrorCode::not_found, why_none(name)};
  return found;
}

std::string PassedSockets::why_none(std::string_view name) const {
  const std::string wanted = "--listen fd:" + printable(name) + ": ";
  if (!other_.empty())
    return wanted + "the sockets were passed to process " + other_ + " (" + kPidVariable +
           "), and this is process " + std::to_string(::getpid()) +
           ": let nothing stand between, or have it call the program by exec";
  if (sockets_.empty()) return wanted + "no socket was passed to this process" + kHowTo;
  std::set<std::string> left;
  for (const Socket& socket : sockets_)
    if (!socket.taken) left.insert(quoted(socket.name));
  if (left.empty()) return wanted + "every socket that was passed has its --listen: name each once";
  std::string sentence = wanted + "no socket of that name was passed; there is ";
  for (const std::string& each : left) sentence += (&each == &*left.begin() ? "" : ", ") + each;
  return sentence + " (FileDescriptorName= of the .socket unit)";
}

Result<void> PassedSockets::expect_none_left() const {
  for (const Socket& socket : sockets_) {
    if (socket.taken) continue;
    return Error{
        ErrorCode::invalid_argument,
        "nobody serves the socket " + quoted(socket.name) +
            " that was passed, and its clients would wait for ever: add --listen fd:NAME, or take it "
            "out of the .socket unit"};
  }
  return {};
}

}  // namespace qmpev
