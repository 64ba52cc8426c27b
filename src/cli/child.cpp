// SPDX-License-Identifier: MIT
#include "cli/child.hpp"

#include <spawn.h>
#include <sys/wait.h>

#include <cerrno>
#include <cstring>
#include <utility>

namespace qmpev {

namespace {

std::vector<char*> pointers_to(const std::vector<std::string>& words) {
  std::vector<char*> pointers;
  for (const std::string& word : words) pointers.push_back(const_cast<char*>(word.c_str()));
  pointers.push_back(nullptr);
  return pointers;
}

/// Our ignored signals would be ignored by the command as well, and SIGPIPE is how a pipeline ends.
class SpawnAttributes {
 public:
  explicit SpawnAttributes(const sigset_t& mask) {
    ::posix_spawnattr_init(&attributes_);
    sigset_t defaults;
    ::sigemptyset(&defaults);
    for (const int number : {SIGPIPE, SIGXFSZ}) ::sigaddset(&defaults, number);
    ::posix_spawnattr_setsigdefault(&attributes_, &defaults);
    ::posix_spawnattr_setsigmask(&attributes_, &mask);
    ::posix_spawnattr_setflags(&attributes_, POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK);
  }
  ~SpawnAttributes() { ::posix_spawnattr_destroy(&attributes_); }
  SpawnAttributes(const SpawnAttributes&) = delete;
  SpawnAttributes& operator=(const SpawnAttributes&) = delete;
  const posix_spawnattr_t* get() const noexcept { return &attributes_; }

 private:
  posix_spawnattr_t attributes_{};
};

Error refusal(const std::string& command, int error) {
  const std::string cannot = "cannot run " + command + ": ";
  if (error == ENOENT && command.find('/') == std::string::npos)
    return {ErrorCode::not_found, cannot + "there is no such command in PATH"};
  if (error == ENOENT)
    return {ErrorCode::not_found, cannot + "there is no such file, or what its first line names is missing"};
  return {ErrorCode::permission, cannot + std::strerror(error) + " (is it an executable file?)"};
}

}  // namespace

Result<std::unique_ptr<Child>> Child::start(const std::vector<std::string>& words,
                                            const std::vector<std::string>& environment, const sigset_t& mask,
                                            std::function<void()> on_end) {
  const SpawnAttributes attributes(mask);
  const std::vector<char*> arguments = pointers_to(words);
  const std::vector<char*> variables = pointers_to(environment);
  pid_t process = 0;
  const int error =
      ::posix_spawnp(&process, arguments[0], nullptr, attributes.get(), arguments.data(), variables.data());
  if (error != 0) return refusal(words[0], error);
  return std::unique_ptr<Child>(new Child(process, std::move(on_end)));
}

Child::Child(pid_t process, std::function<void()> on_end) : process_(process), on_end_(std::move(on_end)) {
  source_ = g_child_watch_add(process_, on_exit, this);
}

Child::~Child() {
  if (source_ != 0) g_source_remove(source_);
}

void Child::on_exit(GPid, int wait_status, gpointer data) {
  Child& child = *static_cast<Child*>(data);
  child.status_ = shell_status(wait_status);
  child.source_ = 0;  // the process is reaped: its number may be another's from now on
  child.on_end_();
}

void Child::send(int signal_number) noexcept {
  if (source_ != 0) ::kill(process_, signal_number);
}

int Child::wait() {
  while (source_ != 0) g_main_context_iteration(nullptr, TRUE);
  return status_;
}

int shell_status(int wait_status) noexcept {
  return WIFSIGNALED(wait_status) ? kExitSignal + WTERMSIG(wait_status) : WEXITSTATUS(wait_status);
}

std::vector<std::string> with_variable(const char* const* environment, const std::string& name,
                                       const std::string& value) {
  const std::string head = name + "=";
  std::vector<std::string> variables;
  for (; *environment != nullptr; ++environment)
    if (std::strncmp(*environment, head.c_str(), head.size()) != 0) variables.emplace_back(*environment);
  variables.push_back(head + value);
  return variables;
}

}  // namespace qmpev
