// SPDX-License-Identifier: MIT
//! What this program needs of <qmpev/qmpev.h> and <qmpev/qmpev_events.h>, written by hand. bindgen would
//! write the same.
#![allow(non_camel_case_types)]

use std::marker::{PhantomData, PhantomPinned};
use std::os::raw::{c_char, c_int, c_void};

/// A type that only C knows: it cannot be made, moved or sent to another thread.
macro_rules! opaque {
    ($($name:ident),*) => {$(
        #[repr(C)]
        pub struct $name {
            _bytes: [u8; 0],
            _only_behind_pointers: PhantomData<(*mut u8, PhantomPinned)>,
        }
    )*};
}
opaque!(qmpev_server, qmpev_emitter);

pub const QMPEV_WIRE_QEMU: u32 = 1;
pub const QMPEV_FLUSH_DONE: c_int = 0;
pub const QMPEV_ACPI_SLOT_TYPE_DIMM: u32 = 0;
pub const QMPEV_GUEST_PANIC_ACTION_RUN: u32 = 2;

#[repr(C)]
pub struct qmpev_acpi_device_ost {
    pub size: usize,
    pub device: *const c_char,
    pub slot: *const c_char,
    pub slot_type: u32,
    pub source: u32,
    pub status: u32,
}

#[repr(C)]
pub struct qmpev_guest_panicked {
    pub size: usize,
    pub action: u32,
    pub info: *const c_void, // qmpev_guest_panic_information
}

#[link(name = "qmpev")]
extern "C" {
    pub fn qmpev_server_new(config: *const c_void) -> *mut qmpev_server;
    pub fn qmpev_server_free(server: *mut qmpev_server);
    pub fn qmpev_server_listen_unix(server: *mut qmpev_server, path: *const c_char, form: u32) -> c_int;
    pub fn qmpev_server_get_fd(server: *const qmpev_server) -> c_int;
    pub fn qmpev_server_dispatch(server: *mut qmpev_server) -> c_int;
    pub fn qmpev_server_get_emitter(server: *mut qmpev_server) -> *mut qmpev_emitter;
    pub fn qmpev_emitter_ref(emitter: *mut qmpev_emitter) -> *mut qmpev_emitter;
    pub fn qmpev_emitter_unref(emitter: *mut qmpev_emitter);
    pub fn qmpev_emitter_flush(emitter: *mut qmpev_emitter, milliseconds: u32) -> c_int;
    pub fn qmpev_emit_acpi_device_ost(emitter: *mut qmpev_emitter, event: *const qmpev_acpi_device_ost);
    pub fn qmpev_emit_guest_panicked(emitter: *mut qmpev_emitter, event: *const qmpev_guest_panicked);
    pub fn qmpev_last_error() -> *const c_char;
}
