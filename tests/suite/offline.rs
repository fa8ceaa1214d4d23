//! Once `cargo fetch` has been done, nothing needs a network.

use std::process::Command;

use checker::cargo;

use crate::programs;

/// With proxies that lead nowhere, so that nothing could be fetched in secret.
#[test]
fn a_check_needs_no_network() {
    let mut command = Command::new(env!("CARGO"));
    cargo::as_from_a_shell(&mut command);
    let output = command
        .current_dir(programs::root())
        .args(["xtask", "check", "--solution", "ch01"])
        .env("CARGO_NET_OFFLINE", "true")
        .env("CARGO_HTTP_PROXY", "http://127.0.0.1:1")
        .env("HTTPS_PROXY", "http://127.0.0.1:1")
        .env("ALL_PROXY", "http://127.0.0.1:1")
        .output()
        .expect("cargo");
    assert!(matches!(output.status.code(), Some(0 | 3)), "{output:?}");
}
