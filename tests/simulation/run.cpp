// SPDX-License-Identifier: MIT
#include "simulation/run.hpp"

#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <new>

namespace qmpev::simulation {
namespace {

std::string name_of_signal(int number) {
  if (number == SIGALRM) return "progress";
  return std::string("signal ") + strsignal(number);
}

}  // namespace

void tell(Report& report, const Verdict& verdict) {
  std::snprintf(report.invariant, sizeof report.invariant, "%s", verdict.invariant.c_str());
  std::snprintf(report.detail, sizeof report.detail, "%s", verdict.detail.c_str());
}

Ending run_apart(const std::function<void(Report&)>& work) {
  void* const shared =
      mmap(nullptr, sizeof(Report), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (shared == MAP_FAILED) std::abort();
  Report& report = *new (shared) Report;
  std::fflush(nullptr);
  const pid_t child = fork();
  if (child < 0) std::abort();
  if (child == 0) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);  // whoever ends the parent means us, too
    work(report);
    std::fflush(nullptr);
    _exit(report.invariant[0] == '\0' ? 0 : 1);
  }
  int status = 0;
  while (waitpid(child, &status, 0) < 0) {
  }
  Ending ending{report.invariant, report.detail, report.seed, report.steps, report.at};
  if (WIFSIGNALED(status)) {
    ending.invariant = name_of_signal(WTERMSIG(status));
    ending.detail = "the process was ended inside the step";
  } else if (ending.well() && WEXITSTATUS(status) != 0) {
    ending.invariant = "exit " + std::to_string(WEXITSTATUS(status));
    ending.detail = "the process ended inside the step";
  }
  munmap(shared, sizeof(Report));
  return ending;
}

}  // namespace qmpev::simulation
