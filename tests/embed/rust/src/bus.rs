// SPDX-License-Identifier: MIT
//! The bus of I/O ports: which device an access of the guest reaches, and at which offset.
use std::collections::BTreeMap;
use std::sync::Mutex;

/// A device behind registers. vCPU threads call it, one at a time.
pub trait Device: Send {
    fn read(&mut self, offset: u16, data: &mut [u8]);
    fn write(&mut self, offset: u16, data: &[u8]);
}

struct Range {
    ports: u16,
    device: Mutex<Box<dyn Device>>,
}

/// Shared by the vCPUs in an `Arc`, once all devices are on it.
#[derive(Default)]
pub struct Bus {
    ranges: BTreeMap<u16, Range>,
}

impl Bus {
    /// The ranges of devices do not overlap.
    pub fn insert(&mut self, base: u16, ports: u16, device: Box<dyn Device>) {
        assert!(
            ports > 0
                && self.range_at(base).is_none()
                && self.ranges.range(base..base + ports).next().is_none()
        );
        self.ranges.insert(base, Range { ports, device: Mutex::new(device) });
    }

    pub fn write(&self, port: u16, data: &[u8]) {
        if let Some((offset, range)) = self.range_at(port) {
            range.device.lock().unwrap().write(offset, data);
        }
    }

    /// Where no device is, nobody drives the bus: all ones.
    pub fn read(&self, port: u16, data: &mut [u8]) {
        data.fill(0xff);
        if let Some((offset, range)) = self.range_at(port) {
            range.device.lock().unwrap().read(offset, data);
        }
    }

    fn range_at(&self, port: u16) -> Option<(u16, &Range)> {
        let (base, range) = self.ranges.range(..=port).next_back()?;
        let offset = port - base;
        (offset < range.ports).then_some((offset, range))
    }
}
