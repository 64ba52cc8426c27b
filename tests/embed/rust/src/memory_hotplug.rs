// SPDX-License-Identifier: MIT
//! The part of ACPI memory hot-plug through which a guest reports: it selects a slot, and its _OST method
//! writes what it answers to and how that ended.
use std::convert::TryInto;
use std::ffi::{CStr, CString};

use crate::bus::Device;
use crate::qmpev::Emitter;

pub const BASE: u16 = 0xa00;
pub const PORTS: u16 = 24;
const SELECTOR: u16 = 0x00;
const OST_EVENT: u16 = 0x04;
const OST_STATUS: u16 = 0x08;

struct Slot {
    device: Option<CString>, // made once: a write of the guest allocates nothing
    source: u32,
}

pub struct MemoryHotplug {
    emitter: Emitter,
    slots: Vec<Slot>,
    selected: u32, // whatever the guest wrote
}

impl MemoryHotplug {
    /// One slot for each of `devices`; none: the slot is empty.
    pub fn new(emitter: Emitter, devices: &[Option<&CStr>]) -> MemoryHotplug {
        let slots = devices.iter().map(|device| Slot { device: device.map(CString::from), source: 0 });
        MemoryHotplug { emitter, slots: slots.collect(), selected: 0 }
    }
}

impl Device for MemoryHotplug {
    /// An empty slot, as far as this device goes.
    fn read(&mut self, _offset: u16, data: &mut [u8]) {
        data.fill(0);
    }

    fn write(&mut self, offset: u16, data: &[u8]) {
        let value = match data.try_into() {
            Ok(bytes) => u32::from_le_bytes(bytes),
            Err(_) => return, // the registers are 32 bits wide
        };
        if offset == SELECTOR {
            self.selected = value;
        } else if let Some(slot) = self.slots.get_mut(self.selected as usize) {
            match offset {
                OST_EVENT => slot.source = value,
                OST_STATUS => {
                    self.emitter.dimm_ost(slot.device.as_deref(), self.selected, slot.source, value)
                }
                _ => {}
            }
        }
    }
}
