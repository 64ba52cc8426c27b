// SPDX-License-Identifier: MIT
#include "cli/run_options.hpp"

#include <algorithm>

#include "cli/argument_reader.hpp"

namespace qmpev {

namespace {

Result<void> take_wire(ArgumentReader& arguments, RunOptions& options) {
  auto value = arguments.value("document|qemu");
  if (!value) return value.error();
  auto form = parse_form(value.value());
  if (!form) return form.error();
  options.form = form.value();
  return {};
}

bool is_stdio(const QemuMonitor& monitor) {
  return monitor.chardev.kind == Chardev::Kind::stdio;
}

Result<void> take(ArgumentReader& arguments, RunOptions& options) {
  if (arguments.name() == "--wire") return take_wire(arguments, options);
  if (arguments.is_option()) return take_serve_option(arguments, options.serve, "run");
  return usage_error("'" + std::string(arguments.name()) +
                     "' is no option of run: write the command behind `--`, as in qmpev run -- make test");
}

}  // namespace

Result<RunOptions> parse_run_options(const std::vector<std::string>& words) {
  const auto end = std::find(words.begin(), words.end(), "--");
  RunOptions options;
  if (end != words.end()) options.command = std::vector<std::string>(end + 1, words.end());
  ArgumentReader arguments(std::vector<std::string>(words.begin(), end));
  while (arguments.next())
    if (auto taken = take(arguments, options); !taken) return taken.error();
  if (auto finished = finish_serve_options(options.serve); !finished) return finished.error();
  if (std::any_of(options.serve.qemu_monitors.begin(), options.serve.qemu_monitors.end(), is_stdio))
    return usage_error("a monitor on stdio would take the command's own: use unix:PATH, or qmpev serve");
  if (options.command.empty() && !options.serve.help)
    return usage_error("run needs a command: qmpev run [OPTIONS] -- COMMAND [ARGUMENTS]");
  return options;
}

}  // namespace qmpev
