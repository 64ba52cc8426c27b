// SPDX-License-Identifier: MIT
// What a viewer can do to the SPICE server: a synthetic one, without sockets. A real viewer needs --spice;
// the two share the model, so that events and query-spice agree, but know nothing of each other.
#pragma once

#include "hypervisor/triggers.hpp"

namespace qmpev {

TriggerDevice spice_triggers(const TriggerStage& stage);

}  // namespace qmpev
