// SPDX-License-Identifier: MIT
//! Asks pkg-config where libqmpev is, as the crate of that name would.
use std::process::Command;

fn main() {
    let asked =
        Command::new("pkg-config").args(["--libs-only-L", "qmpev"]).output().expect("pkg-config is needed");
    assert!(
        asked.status.success(),
        "pkg-config does not know qmpev: {}",
        String::from_utf8_lossy(&asked.stderr)
    );
    for folder in String::from_utf8_lossy(&asked.stdout).split_whitespace() {
        println!("cargo:rustc-link-search=native={}", folder.trim_start_matches("-L"));
    }
    println!("cargo:rerun-if-env-changed=PKG_CONFIG_PATH");
}
