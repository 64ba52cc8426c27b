// SPDX-License-Identifier: MIT
// Clients in a process of their own that have connected, said at most one thing, and read nothing, until this
// object goes.
#pragma once

#include <fcntl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>

#include "bench/taken_in_turn.hpp"

namespace qmpev::bench {

class Crowd {
 public:
  /// So many, or as many as there may be descriptors. Each of them says `word`.
  Crowd(TakenInTurn& chain, int wanted, std::string_view word = {})
      : size_(std::min(wanted, room())), word_(word) {
    int end[2];
    if (::pipe2(end, O_CLOEXEC) != 0) std::abort();
    child_ = ::fork();
    if (child_ < 0) std::abort();
    if (child_ == 0) connect_all(chain.path(), end);
    end_.reset(end[1]);
    ::close(end[0]);
    const auto there = [&chain, this] {
      const Statistics now = chain.server().statistics();
      return word_.empty() ? now.sessions_open : now.sessions_in_command;
    };
    const std::uint64_t before = there();
    while (there() < before + static_cast<std::uint64_t>(size_))
      for (int turn = 0; turn < 100; ++turn) chain.server().dispatch();
  }
  ~Crowd() {
    end_.reset();
    ::waitpid(child_, nullptr, 0);
  }
  Crowd(const Crowd&) = delete;
  Crowd& operator=(const Crowd&) = delete;

  int size() const noexcept { return size_; }

 private:
  static constexpr int kSpare = 200;  ///< descriptors for everything else

  static int room() {
    rlimit limit;
    if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) std::abort();
    limit.rlim_cur = limit.rlim_max;
    if (::setrlimit(RLIMIT_NOFILE, &limit) != 0) std::abort();
    return static_cast<int>(std::min<rlim_t>(limit.rlim_cur, 1 << 20)) - kSpare;
  }

  [[noreturn]] void connect_all(const std::string& path, const int (&end)[2]) const {
    ::close(end[1]);
    std::vector<test::QmpClient> clients;
    while (static_cast<int>(clients.size()) < size_) {
      auto client = test::QmpClient::connect(path);
      if (!client || !client->send(word_)) continue;
      clients.push_back(std::move(*client));
    }
    char byte;
    while (::read(end[0], &byte, 1) > 0) {
    }
    ::_exit(0);
  }

  const int size_;
  const std::string_view word_;
  pid_t child_ = -1;
  UniqueFd end_;
};

}  // namespace qmpev::bench
