// SPDX-License-Identifier: MIT
// What a session knows of the monitor it belongs to, however its client came: through a listener, a
// descriptor or by dialling out. A value; any thread.
#pragma once

#include <cstdint>
#include <string>

#include <qmpev/protocol.hpp>
#include <qmpev/wire_form.hpp>

namespace qmpev {

struct MonitorTraits {
  std::string name;  ///< for log sentences: "unix:/run/x.sock"
  WireForm form = WireForm::document;
  ListenerRole role = ListenerRole::full;
  RegisteredEvents registered_events = RegisteredEvents::on_request;
  bool pretty = false;  ///< what is sent goes over several lines
  OnLoss on_loss = OnLoss::stay;
  std::uint32_t negotiation_timeout_ms = 0;  ///< then a client that has not negotiated is closed; 0: never
};

}  // namespace qmpev
