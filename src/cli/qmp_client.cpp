// SPDX-License-Identifier: MIT
#include "cli/qmp_client.hpp"

#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <utility>

#include "cli/event_text.hpp"
#include "cli/listen_option.hpp"
#include "cli/raw_object.hpp"

namespace qmpev {

namespace {

constexpr std::size_t kReadBytes = std::size_t{64} << 10;
constexpr const char* kClosed = "the server has closed the connection";
constexpr int kReadsPerReceive = 16;  // then the caller gets its turn, however fast the server is

/// The system refuses a connection to any other file as it does one to a socket that nobody serves.
bool is_another_file(const std::string& path) {
  struct stat found {};
  return ::stat(path.c_str(), &found) == 0 && !S_ISSOCK(found.st_mode);
}

Error connect_refusal(const std::string& path, int error) {
  if (error == ENOENT)
    return {ErrorCode::not_found, "there is no socket " + path + ": start a server with `qmpev serve`"};
  if (error == ECONNREFUSED && is_another_file(path))
    return {ErrorCode::not_found, path + " is not a socket: name the one that `qmpev serve` listens on"};
  if (error == ECONNREFUSED)
    return {ErrorCode::not_found, "nobody serves " + path + " any more: start a server with `qmpev serve`"};
  if (error == EACCES || error == EPERM)
    return {ErrorCode::permission,
            "not allowed to use " + path + ": `qmpev serve` lets only its own user in"};
  return {ErrorCode::system,
          "cannot connect to " + path + ": " + std::strerror(error) + " (is it that of `qmpev serve`?)"};
}

}  // namespace

Result<std::unique_ptr<QmpClient>> QmpClient::connect(const std::string& path) {
  if (auto usable = check_socket_path(path); !usable) return usable.error();
  UniqueFd fd(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (!fd) return connect_refusal(path, errno);
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  std::memcpy(address.sun_path, path.data(), path.size());
  if (::connect(fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0)
    return connect_refusal(path, errno);
  return std::make_unique<QmpClient>(std::move(fd));
}

bool QmpClient::lose(std::string reason) {
  phase_ = Phase::lost;
  reason_ = std::move(reason);
  return false;
}

bool QmpClient::read_some(bool& more) {
  std::array<char, kReadBytes> bytes;
  const ssize_t got = ::recv(fd_.get(), bytes.data(), bytes.size(), 0);
  more = got > 0;
  if (got > 0) {
    lines_.push({bytes.data(), static_cast<std::size_t>(got)});
    return true;
  }
  if (got == 0) return lose(kClosed);
  if (errno == EAGAIN || errno == EINTR) return true;
  return lose(std::string("the connection broke: ") + std::strerror(errno));
}

bool QmpClient::receive(const OnEvent& on_event) {
  bool more = true;
  for (int reads = 0; more && reads < kReadsPerReceive; ++reads) {
    const bool alive = read_some(more);
    while (const auto line = lines_.next())
      if (!take_line(*line, on_event)) return false;
    if (!alive) return false;
    if (lines_.overflowed())
      return lose("the server sent a line of more than " + std::to_string(kMaxReceivedLineBytes) + " bytes");
  }
  return true;
}

bool QmpClient::take_line(const std::string& line, const OnEvent& on_event) {
  if (line.empty()) return true;
  const auto object = RawObject::parse(line);
  if (!object) return lose("this is not a QMP server: it sent `" + printable(line.substr(0, 60)) + "`");
  if (object->find("event")) {
    on_event(line);
  } else if (phase_ == Phase::greeting) {
    if (!object->find("QMP")) return lose("this is not a QMP server: it did not greet");
    if (!send("qmp_capabilities", {})) return false;
    phase_ = Phase::negotiation;
  } else if (phase_ == Phase::negotiation) {
    if (!object->find("return"))
      return lose("the server refused to negotiate: " + printable(object->find("error").value_or(line)));
    phase_ = Phase::events;
  } else {
    take_reply(line);
  }
  return true;
}

void QmpClient::take_reply(const std::string& line) {
  if (unanswered_.empty()) return;  // to nothing that we asked
  const OnReply on_reply = std::move(unanswered_.front());
  unanswered_.pop_front();
  if (on_reply) on_reply(line);
}

bool QmpClient::execute(std::string_view command, std::string_view arguments, OnReply on_reply) {
  if (!send(command, arguments)) return false;
  unanswered_.push_back(std::move(on_reply));
  return true;
}

bool QmpClient::send(std::string_view command, std::string_view arguments) {
  std::string request = "{\"execute\": \"" + std::string(command) + "\"";
  if (!arguments.empty()) request += ", \"arguments\": " + std::string(arguments);
  request += "}\r\n";
  const ssize_t sent = ::send(fd_.get(), request.data(), request.size(), MSG_NOSIGNAL);
  // A few bytes into an empty socket buffer: what does not go at once goes to a server that has stopped
  // reading.
  if (sent == static_cast<ssize_t>(request.size())) return true;
  if (sent < 0 && errno == EPIPE) return lose(kClosed);
  return lose("the server does not take commands");
}

}  // namespace qmpev
