// SPDX-License-Identifier: MIT
// What stands between a session and its connection: the ear of whoever records the traffic, closest to the
// wire, and the spreading of lines for who asked for it. Loop thread.
#pragma once

#include <memory>
#include <string>
#include <utility>

#include "monitor/monitor_traits.hpp"
#include "monitor/pretty_stream.hpp"
#include "monitor/stream.hpp"
#include "monitor/tapped_stream.hpp"

namespace qmpev {

/// `traffic` is null when nobody listens to it; `path` is what it calls the connection.
inline std::unique_ptr<Stream> make_session_stream(std::unique_ptr<Stream> stream,
                                                   const MonitorTraits& traits, const std::string& path,
                                                   TrafficQueue* traffic) {
  if (traffic != nullptr) stream = make_tapped_stream(std::move(stream), *traffic, path);
  if (traits.pretty) stream = make_pretty_stream(std::move(stream));
  return stream;
}

}  // namespace qmpev
