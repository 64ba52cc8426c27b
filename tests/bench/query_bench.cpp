// SPDX-License-Identifier: MIT
// A client's question and its answer: query-status, beside a thread that answers the same number of bytes
// without looking at them.
#include <poll.h>
#include <sys/socket.h>

#include <cstdlib>
#include <string>
#include <thread>

#include "bench/placement.hpp"
#include "bench/row.hpp"
#include "bench/serving_thread.hpp"

namespace qmpev::bench {
namespace {

constexpr int kQuestions = 2'000;
const std::string kQuestion = "{\"execute\": \"query-status\"}\n";
const std::string kAnswer = "{\"return\": {\"status\": \"running\", \"running\": true}}\r\n";

/// As clients with a loop do. The kernel wakes a thread that sleeps in recv() a first time when its question
/// is read: the floor answers before that thread is asleep again, and would show a round trip with one wake
/// only.
void wait_for_input(int fd) {
  pollfd wait{fd, POLLIN, 0};
  if (::poll(&wait, 1, -1) != 1) std::abort();
}

double round_trip_ns(int fd) {
  char buffer[4096];
  const std::int64_t start = now_ns();
  for (int i = 0; i < kQuestions; ++i) {
    if (::send(fd, kQuestion.data(), kQuestion.size(), MSG_NOSIGNAL) < 0) std::abort();
    ssize_t count;
    wait_for_input(fd);
    do {
      count = ::recv(fd, buffer, sizeof buffer, 0);
      if (count <= 0) std::abort();
    } while (buffer[count - 1] != '\n');
  }
  return static_cast<double>(now_ns() - start) / kQuestions;
}

ServerConfig with_status() {
  ServerConfig config;
  config.run_state.status = [] { return RunStatus{"running", true}; };
  return config;
}

/// Answers whatever comes.
class BareAnswers {
 public:
  BareAnswers() {
    int ends[2];
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0) std::abort();
    near_.reset(ends[0]);
    far_.reset(ends[1]);
    thread_ = std::thread([this] { serve(); });
  }
  ~BareAnswers() {
    ::shutdown(near_.get(), SHUT_RDWR);
    thread_.join();
  }
  int fd() const noexcept { return far_.get(); }

 private:
  void serve() {
    char buffer[4096];
    while (::recv(near_.get(), buffer, sizeof buffer, 0) > 0)
      if (::send(near_.get(), kAnswer.data(), kAnswer.size(), MSG_NOSIGNAL) < 0) std::abort();
  }

  UniqueFd near_, far_;
  std::thread thread_;
};

/// With the client on this processor, and what serves it on the first.
Row row(const char* what, int client_on) {
  OnProcessor place(0);
  ServingThread serving(with_status());
  const BareAnswers bare;
  const test::QmpClient client = serving.negotiated();
  place.move_to(client_on);
  return side_by_side(
      {.what = what,
       .floor_is = "a thread that answers as many bytes",
       .goal = Goal::ratio_at_most,
       .target = 1.5},
      [&] { return round_trip_ns(client.fd()); }, [&] { return round_trip_ns(bare.fd()); });
}

}  // namespace

std::vector<Row> query_rows() {
  return {row("query-status, one processor", 0), row("query-status, two processors", 1)};
}

}  // namespace qmpev::bench
