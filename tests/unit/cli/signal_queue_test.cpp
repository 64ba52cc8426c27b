// SPDX-License-Identifier: MIT
#include "cli/signal_queue.hpp"

#include <unistd.h>

#include <utility>
#include <vector>

#include <catch2/catch.hpp>

namespace qmpev {
namespace {

using Signals = std::vector<std::pair<int, bool>>;

void run_what_is_due() {
  while (g_main_context_iteration(nullptr, FALSE)) {
  }
}

TEST_CASE("signals that came before somebody listened are told, and end nobody", "[cli]") {
  Signals told;
  {
    SignalQueue queue;
    for (const int number : {SIGINT, SIGTERM, SIGHUP, SIGQUIT}) ::raise(number);
    queue.listen([&](int number, bool by_terminal) { told.emplace_back(number, by_terminal); });
    run_what_is_due();
    ::kill(::getpid(), SIGTERM);
    run_what_is_due();
  }
  CHECK(told ==
        Signals{{SIGHUP, false}, {SIGINT, false}, {SIGQUIT, false}, {SIGTERM, false}, {SIGTERM, false}});
}

TEST_CASE("what nobody took is gone with the queue, and the mask is as it was", "[cli]") {
  sigset_t before;
  ::sigprocmask(SIG_SETMASK, nullptr, &before);
  {
    SignalQueue queue;
    sigset_t now;
    ::sigprocmask(SIG_SETMASK, nullptr, &now);
    CHECK(::sigismember(&now, SIGTERM) == 1);
    CHECK(::sigismember(&queue.mask_before(), SIGTERM) == ::sigismember(&before, SIGTERM));
    ::raise(SIGTERM);
  }
  sigset_t after;
  ::sigprocmask(SIG_SETMASK, nullptr, &after);
  for (const int number : {SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGUSR1})
    CHECK(::sigismember(&after, number) == ::sigismember(&before, number));
}

}  // namespace
}  // namespace qmpev
