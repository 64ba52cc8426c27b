// SPDX-License-Identifier: MIT
// How C is told what passes the sessions. Loop thread.
#pragma once

#include <qmpev/qmpev.h>
#include <qmpev/traffic.hpp>

namespace qmpev {

/// Empty when nobody wants to be told. The user data is freed with the last copy, also when there is none.
TrafficCallback traffic_callback(const qmpev_server_config& config);

}  // namespace qmpev
