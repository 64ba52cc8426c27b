// SPDX-License-Identifier: MIT
// `qmpev serve`: a hypervisor process from its command line to its end. Main thread.
#pragma once

#include <string>

#include "cli/serve_options.hpp"

namespace qmpev {

/// Returns the exit status. `program` is how the user called us, for the texts that say what to type next.
int serve(const ServeOptions& options, const std::string& program);

}  // namespace qmpev
