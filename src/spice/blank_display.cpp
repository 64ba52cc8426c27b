// SPDX-License-Identifier: MIT
// One memory slot that is the whole address space: what the library is told as guest memory is a plain
// pointer, whose upper 16 bits, slot and generation, are 0.
#include "spice/blank_display.hpp"

namespace qmpev {

namespace {

constexpr std::uint8_t kSlotBits = 8;
constexpr std::uint32_t kRamBytes = BlankDisplay::kWidth * BlankDisplay::kHeight * sizeof(std::uint32_t);

void attached_worker(QXLInstance*) {}
void set_compression_level(QXLInstance*, int) {}

void get_init_info(QXLInstance*, QXLDevInitInfo* info) {
  *info = {};
  info->num_memslots_groups = 1;
  info->num_memslots = 1;
  info->memslot_gen_bits = kSlotBits;
  info->memslot_id_bits = kSlotBits;
  info->qxl_ram_size = kRamBytes;
  info->n_surfaces = 1;
}

// There is never a command; asked whether it may sleep until there is one, the answer is yes.
int get_command(QXLInstance*, QXLCommandExt*) {
  return 0;
}
int may_sleep(QXLInstance*) {
  return 1;
}
void release_resource(QXLInstance*, QXLReleaseInfoExt) {}
void notify_update(QXLInstance*, std::uint32_t) {}
int flush_resources(QXLInstance*) {
  return 0;
}
void async_complete(QXLInstance*, std::uint64_t) {}
void update_area_complete(QXLInstance*, std::uint32_t, QXLRect*, std::uint32_t) {}
void set_client_capabilities(QXLInstance*, std::uint8_t, std::uint8_t*) {}
int client_monitors_config(QXLInstance*, VDAgentMonitorsConfig*) {
  return 0;
}

/// Member by member: one that is deprecated and never called is left out.
QXLInterface make_interface() {
  QXLInterface made{};
  made.base = {SPICE_INTERFACE_QXL, "blank display", SPICE_INTERFACE_QXL_MAJOR, SPICE_INTERFACE_QXL_MINOR};
  made.attached_worker = attached_worker;
  made.set_compression_level = set_compression_level;
  made.get_init_info = get_init_info;
  made.get_command = get_command;
  made.req_cmd_notification = may_sleep;
  made.release_resource = release_resource;
  made.get_cursor_command = get_command;
  made.req_cursor_notification = may_sleep;
  made.notify_update = notify_update;
  made.flush_resources = flush_resources;
  made.async_complete = async_complete;
  made.update_area_complete = update_area_complete;
  made.set_client_capabilities = set_client_capabilities;
  made.client_monitors_config = client_monitors_config;
  return made;
}

const QXLInterface interface = make_interface();

}  // namespace

BlankDisplay::BlankDisplay(const SpiceLibrary& library, ::SpiceServer* server) : pixels_(kWidth * kHeight) {
  instance_.base.sif = &interface.base;
  library.spice_server_add_interface(server, &instance_.base);

  QXLDevMemSlot memory{};
  memory.virt_end = ~std::uintptr_t{0};
  library.spice_qxl_add_memslot(&instance_, &memory);

  QXLDevSurfaceCreate surface{};
  surface.width = kWidth;
  surface.height = kHeight;
  surface.stride = -static_cast<std::int32_t>(kWidth * sizeof(std::uint32_t));
  surface.format = SPICE_SURFACE_FMT_32_xRGB;
  surface.mouse_mode = 1;
  surface.mem = reinterpret_cast<std::uintptr_t>(pixels_.data());
  library.spice_qxl_create_primary_surface(&instance_, 0, &surface);
}

}  // namespace qmpev
