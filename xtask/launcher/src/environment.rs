//! The environment that a call of cargo finds.

use std::{env, process::Command};

/// What `cargo run` and `cargo test` tell a program about itself; names begin so.
const ABOUT_US: [&str; 7] = [
    "CARGO_PKG_",
    "CARGO_MANIFEST_",
    "CARGO_BIN_",
    "CARGO_CRATE_",
    "CARGO_PRIMARY_",
    "CARGO_RUSTC_CURRENT_",
    "OUT_DIR",
];

/// Takes out what cargo has told us about ourselves. Build scripts watch some of it,
/// ring's does, and a build from here would compile again what a build from a shell has
/// compiled, and the other way round.
pub fn as_from_a_shell(command: &mut Command) {
    for (name, _) in env::vars_os() {
        let shown = name.to_string_lossy();
        if ABOUT_US.iter().any(|prefix| shown.starts_with(prefix)) {
            command.env_remove(name);
        }
    }
}
