// SPDX-License-Identifier: MIT
//! A VMM as rust-vmm's crates would have it, in small: devices on a bus, an emitter in each of them, and a
//! QMP server that the event manager of the main thread polls. No KVM: the vCPU reads its guest's accesses
//! from standard input, one a line, and the machine ends with them.
//!
//!     out PORT BYTES VALUE
//!     in PORT BYTES           prints the value
//!
//! build: cargo build, where `pkg-config qmpev` finds the library
//! usage: qmpev-vmm SOCKET
mod bus;
mod event_manager;
mod ffi;
mod memory_hotplug;
mod pvpanic;
mod qmpev;

use std::error::Error;
use std::ffi::CStr;
use std::io::BufRead;
use std::ops::ControlFlow;
use std::os::unix::io::{AsRawFd, RawFd};
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::sync::Arc;
use std::thread;

use bus::Bus;
use event_manager::Subscriber;
use memory_hotplug::MemoryHotplug;
use pvpanic::Pvpanic;
use qmpev::{Emitter, Server};

const LAST_WORDS_MS: u32 = 2000;

impl Subscriber for Server {
    fn fd(&self) -> RawFd {
        self.as_raw_fd()
    }
    fn process(&mut self) -> ControlFlow<()> {
        self.dispatch();
        ControlFlow::Continue(())
    }
}

/// Readable when the vCPU's thread has dropped the other end, however that came about.
struct VcpuExit(UnixStream);

impl Subscriber for VcpuExit {
    fn fd(&self) -> RawFd {
        self.0.as_raw_fd()
    }
    fn process(&mut self) -> ControlFlow<()> {
        ControlFlow::Break(())
    }
}

/// Each device has an emitter of its own: a clone is a reference.
fn devices(emitter: &Emitter) -> Bus {
    let mut bus = Bus::default();
    let dimm = CStr::from_bytes_with_nul(b"dimm1\0").expect("one NUL, at the end");
    bus.insert(pvpanic::PORT, 1, Box::new(Pvpanic { emitter: emitter.clone() }));
    let hotplug = MemoryHotplug::new(emitter.clone(), &[None, Some(dimm)]);
    bus.insert(memory_hotplug::BASE, memory_hotplug::PORTS, Box::new(hotplug));
    bus
}

fn number(word: Option<&str>) -> Option<u32> {
    let word = word?;
    word.strip_prefix("0x").map_or_else(|| word.parse(), |digits| u32::from_str_radix(digits, 16)).ok()
}

/// One access of the guest; none: there is no such one.
fn access(bus: &Bus, line: &str) -> Option<()> {
    let mut words = line.split_whitespace();
    let direction = words.next()?;
    let port = number(words.next())? as u16;
    let size = number(words.next()).filter(|size| matches!(size, 1 | 2 | 4))? as usize;
    let mut bytes = [0; 4];
    match direction {
        "out" => {
            bytes = number(words.next())?.to_le_bytes();
            bus.write(port, &bytes[..size]);
        }
        "in" => {
            bus.read(port, &mut bytes[..size]);
            println!("{:#x}", u32::from_le_bytes(bytes));
        }
        _ => return None,
    }
    Some(())
}

/// The vCPU's thread. `_exit` is dropped at its end, also by a panic, and that ends the machine.
fn run_vcpu(bus: &Bus, emitter: &Emitter, _exit: UnixStream) {
    for line in std::io::stdin().lock().lines().map_while(Result::ok) {
        if access(bus, &line).is_none() {
            eprintln!("no access: {}", line);
        }
    }
    if !emitter.flush(LAST_WORDS_MS) {
        eprintln!("a client did not read its last events");
    }
}

fn main() -> Result<(), Box<dyn Error>> {
    let path = std::env::args_os().nth(1).ok_or("usage: qmpev-vmm SOCKET")?;
    let mut server = Server::new()?; // this thread is the server's from now on
    server.listen(Path::new(&path))?;
    let (exit, exits) = UnixStream::pair()?;
    let emitter = server.emitter();
    let bus = Arc::new(devices(&emitter));
    let vcpu = thread::spawn(move || run_vcpu(&bus, &emitter, exit));
    event_manager::run(&mut [&mut server, &mut VcpuExit(exits)])?;
    vcpu.join().map_err(|_| "the vCPU's thread has panicked")?;
    Ok(()) // the server is dropped here: sessions end, the socket goes
}
