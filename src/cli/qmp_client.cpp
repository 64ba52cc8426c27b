// SPDX-License-Identifier: MIT
#include "cli/qmp_client.hpp"

#include <fcntl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/time.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <utility>

#include "base/internet_address.hpp"
#include "cli/event_text.hpp"
#include "cli/raw_object.hpp"
#include "cli/socket_place.hpp"
#include "monitor/unix_address.hpp"

namespace qmpev {

namespace {

constexpr std::size_t kReadBytes = std::size_t{64} << 10;
constexpr const char* kClosed = "the server has closed the connection";
constexpr timeval kConnectTime{10, 0};  // a port of another machine may never answer
constexpr int kReadsPerReceive = 16;    // then the caller gets its turn, however fast the server is

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

Error port_refusal(const std::string& place, int error) {
  if (error == ECONNREFUSED)
    return {ErrorCode::not_found, "nobody serves " + place + ": start a server with `qmpev serve --listen`"};
  const bool in_time = error != EINPROGRESS && error != ETIMEDOUT;
  return {ErrorCode::system,
          "cannot connect to " + place + ": " + (in_time ? std::strerror(error) : "nobody answers")};
}

}  // namespace

namespace {

/// errno, or 0.
int connect_socket(const UniqueFd& fd, const sockaddr* address, socklen_t size) {
  if (!fd) return errno;
  return ::connect(fd.get(), address, size) == 0 ? 0 : errno;
}

Result<UniqueFd> connect_to_path(const std::string& path) {
  const auto address = UnixAddress::of_path(path);
  if (!address) return address.error();
  UniqueFd fd(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (const int error = connect_socket(fd, address.value().generic(), address.value().size); error != 0)
    return connect_refusal(path, error);
  return fd;
}

/// Waits for the connection for as long as kConnectTime, as sockets do where SO_SNDTIMEO says so.
Result<UniqueFd> connect_to_port(const std::string& place) {
  const auto parsed = parse_host_and_port("tcp", std::string_view(place).substr(kTcpPlace.size()));
  if (!parsed) return parsed.error();
  const auto address = InternetAddress::of(parsed.value().host, parsed.value().port);
  UniqueFd fd(::socket(address->address.ss_family, SOCK_STREAM | SOCK_CLOEXEC, 0));
  if (fd) ::setsockopt(fd.get(), SOL_SOCKET, SO_SNDTIMEO, &kConnectTime, sizeof kConnectTime);
  if (const int error = connect_socket(fd, address->generic(), address->size); error != 0)
    return port_refusal(place, error);
  ::fcntl(fd.get(), F_SETFL, ::fcntl(fd.get(), F_GETFL) | O_NONBLOCK);
  return fd;
}

}  // namespace

Result<std::unique_ptr<QmpClient>> QmpClient::connect(const std::string& place) {
  auto fd = is_tcp_place(place) ? connect_to_port(place) : connect_to_path(place);
  if (!fd) return fd.error();
  return std::make_unique<QmpClient>(std::move(fd).value());
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
