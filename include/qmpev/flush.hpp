// SPDX-License-Identifier: MIT
// What became of a flush that had a deadline.
#pragma once

namespace qmpev {

enum class FlushOutcome : unsigned char {
  done,       ///< everything emitted before the call has been taken by the sockets, or was lost and counted
  timed_out,  ///< some client did not read fast enough, or nobody dispatched the server
  loop_gone,  ///< the server has ended: what it still had was written as far as the sockets took it
};

}  // namespace qmpev
