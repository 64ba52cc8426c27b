// SPDX-License-Identifier: MIT
#include "cli/qtest_link.hpp"

#include <sys/socket.h>
#include <sys/un.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <utility>

#include <glib-unix.h>

namespace qmpev {

Result<std::unique_ptr<QtestLink>> QtestLink::connect(const std::string& path, ReferenceMachine& machine) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  std::memcpy(address.sun_path, path.data(), std::min(path.size(), sizeof address.sun_path - 1));
  UniqueFd socket(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  if (socket && ::connect(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0)
    return std::unique_ptr<QtestLink>(new QtestLink(std::move(socket), machine));
  const int error = errno;
  const ErrorCode code = error == ENOENT || error == ECONNREFUSED ? ErrorCode::not_found
                         : error == EACCES                        ? ErrorCode::permission
                                                                  : ErrorCode::system;
  return Error{code, "nobody takes the connection of -qtest at " + path + ": " + std::strerror(error)};
}

QtestLink::QtestLink(UniqueFd socket, ReferenceMachine& machine)
    : socket_(std::move(socket)),
      lines_(machine),
      source_(g_unix_fd_add(socket_.get(), static_cast<GIOCondition>(G_IO_IN | G_IO_HUP), on_input, this)) {}

QtestLink::~QtestLink() {
  if (source_ != 0) g_source_remove(source_);
}

gboolean QtestLink::on_input(gint, GIOCondition, gpointer data) {
  QtestLink& link = *static_cast<QtestLink*>(data);
  if (link.receive() && link.answer_lines()) return G_SOURCE_CONTINUE;
  link.source_ = 0;
  link.socket_.reset();
  return G_SOURCE_REMOVE;
}

/// False when nobody is there any more.
bool QtestLink::receive() {
  std::array<char, kMaxQtestLineBytes> bytes;
  const ssize_t count = ::recv(socket_.get(), bytes.data(), bytes.size(), MSG_DONTWAIT);
  if (count < 0) return errno == EAGAIN || errno == EINTR;
  input_.append(bytes.data(), static_cast<std::size_t>(count));
  return count > 0;
}

/// False for a client that is not to be answered any more. One write answers all that came: a client that
/// sends many lines before it reads would otherwise be given up for the number of small writes that its
/// socket holds.
bool QtestLink::answer_lines() {
  std::string replies;
  std::size_t begin = 0;
  for (std::size_t end; (end = input_.find('\n', begin)) != std::string::npos; begin = end + 1)
    replies += lines_.answer(std::string_view(input_).substr(begin, end - begin)) + "\n";
  input_.erase(0, begin);
  if (replies.empty()) return input_.size() <= kMaxQtestLineBytes;
  const ssize_t sent = ::send(socket_.get(), replies.data(), replies.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
  return sent == static_cast<ssize_t>(replies.size()) && input_.size() <= kMaxQtestLineBytes;
}

}  // namespace qmpev
