// SPDX-License-Identifier: MIT
// The program qmpev: finds the verb and hands over.
#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "cli/argument_reader.hpp"
#include "cli/events_options.hpp"
#include "cli/monitor_line.hpp"
#include "cli/reference_text.hpp"
#include "cli/run.hpp"
#include "cli/serve.hpp"
#include "cli/serving.hpp"
#include "cli/trigger.hpp"
#include "cli/usage.hpp"
#include "cli/watch.hpp"

namespace {

using namespace qmpev;

/// A standard descriptor that is closed would be given to the next socket, and our words would go there. Read
/// only, so that who writes to one is told.
void hold_standard_descriptors() {
  int fd = STDIN_FILENO;
  while (fd >= 0 && fd <= STDERR_FILENO) fd = ::open("/dev/null", O_RDONLY | O_CLOEXEC);
  if (fd >= 0) ::close(fd);
}

void print(std::FILE* file, std::string_view text) {
  std::fwrite(text.data(), 1, text.size(), file);
}

int explain(std::string_view text) {
  print(stdout, text);
  if (std::fflush(stdout) == 0 && std::ferror(stdout) == 0) return kExitDone;
  std::fprintf(stderr, "qmpev: cannot print this text: %s\n", std::strerror(errno));
  return kExitUsage;
}

/// How to call this program again.
std::string caller_of(const std::string& program) {
  std::error_code ignored;
  return callable_name(program, std::filesystem::current_path(ignored).string());
}

int run_serve(const std::string& program, std::vector<std::string> words) {
  auto options = parse_serve_options(std::move(words));
  if (!options) return refuse(options.error());
  if (options.value().help) return explain(serve_usage());
  if (options.value().scenario == kListScenarios) return explain(scenario_list());
  return serve(options.value(), caller_of(program));
}

int run_run(const std::vector<std::string>& words) {
  auto options = parse_run_options(words);
  if (!options) return refuse(options.error());
  if (options.value().serve.help) return explain(run_usage());
  return run(std::move(options).value());
}

int run_watch(std::vector<std::string> words) {
  auto options = parse_watch_options(std::move(words));
  if (!options) return refuse(options.error());
  if (options.value().help) return explain(watch_usage());
  return watch(options.value());
}

int run_trigger(const std::string& program, std::vector<std::string> words) {
  auto options = parse_trigger_options(std::move(words));
  if (!options) return refuse(options.error());
  if (options.value().help) return explain(trigger_usage());
  return trigger(options.value(), caller_of(program));
}

int run_events(std::vector<std::string> words) {
  auto options = parse_events_options(std::move(words));
  if (!options) return refuse(options.error());
  if (options.value().help) return explain(events_usage());
  if (options.value().name.empty()) return explain(reference_list());
  const auto event = find_reference(options.value().name);
  if (!event) return refuse(event.error());
  return explain(reference_of(*event.value(), options.value().form));
}

int refuse_verb(const std::string& verb) {
  if (verb.rfind('-', 0) == 0) return refuse(unknown_option("", verb));
  return refuse(usage_error("there is no verb '" + verb +
                            "': there are serve, run, watch, trigger and events, see qmpev --help"));
}

}  // namespace

int main(int argc, char** argv) {
  hold_standard_descriptors();
  std::vector<std::string> words(argv, argv + argc);
  const std::string program = words.empty() ? "qmpev" : words[0];
  if (words.size() < 2) {
    print(stderr, program_usage());
    return kExitUsage;
  }
  const std::string verb = words[1];
  words.erase(words.begin(), words.begin() + 2);
  if (verb == "serve") return run_serve(program, std::move(words));
  if (verb == "run") return run_run(words);
  if (verb == "watch") return run_watch(std::move(words));
  if (verb == "trigger") return run_trigger(program, std::move(words));
  if (verb == "events") return run_events(std::move(words));
  if (verb == "--help" || verb == "-h" || verb == "help") return explain(program_usage());
  if (verb == "--version") return explain("qmpev " QMPEV_VERSION "\n");
  return refuse_verb(verb);
}
