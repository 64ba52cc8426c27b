// SPDX-License-Identifier: MIT
#include "spice/idle_devices.hpp"

#include <cstdint>
#include <initializer_list>

namespace qmpev {

namespace {

void push_scan_code(SpiceKbdInstance*, std::uint8_t) {}
std::uint8_t get_leds(SpiceKbdInstance*) {
  return 0;
}
const SpiceKbdInterface keyboard_table{
    {SPICE_INTERFACE_KEYBOARD, "keyboard", SPICE_INTERFACE_KEYBOARD_MAJOR, SPICE_INTERFACE_KEYBOARD_MINOR},
    push_scan_code,
    get_leds};

void set_logical_size(SpiceTabletInstance*, int, int) {}
void position(SpiceTabletInstance*, int, int, std::uint32_t) {}
void wheel(SpiceTabletInstance*, int, std::uint32_t) {}
void buttons(SpiceTabletInstance*, std::uint32_t) {}
const SpiceTabletInterface tablet_table{
    {SPICE_INTERFACE_TABLET, "tablet", SPICE_INTERFACE_TABLET_MAJOR, SPICE_INTERFACE_TABLET_MINOR},
    set_logical_size,
    position,
    wheel,
    buttons};

const SpicePlaybackInterface playback_table{
    {SPICE_INTERFACE_PLAYBACK, "playback", SPICE_INTERFACE_PLAYBACK_MAJOR, SPICE_INTERFACE_PLAYBACK_MINOR}};
const SpiceRecordInterface record_table{
    {SPICE_INTERFACE_RECORD, "record", SPICE_INTERFACE_RECORD_MAJOR, SPICE_INTERFACE_RECORD_MINOR}};

}  // namespace

IdleDevices::IdleDevices(const SpiceLibrary& library, ::SpiceServer* server) {
  keyboard_.base.sif = &keyboard_table.base;
  tablet_.base.sif = &tablet_table.base;
  playback_.base.sif = &playback_table.base;
  record_.base.sif = &record_table.base;
  for (SpiceBaseInstance* device : {&keyboard_.base, &tablet_.base, &playback_.base, &record_.base})
    library.spice_server_add_interface(server, device);
}

}  // namespace qmpev
