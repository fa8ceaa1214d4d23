//! The port: `PORT` in the environment, else the chapter's own.

use std::env;
use std::ffi::OsStr;

use crate::start::StartError;

/// The port that the reader asks for; `0` lets the system choose a free one.
pub fn from_environment(default: u16) -> Result<u16, StartError> {
    match env::var_os("PORT") {
        None => Ok(default),
        Some(value) => parse(&value),
    }
}

fn parse(value: &OsStr) -> Result<u16, StartError> {
    value
        .to_str()
        // Rust alone would also take "+80".
        .filter(|digits| digits.bytes().all(|byte| byte.is_ascii_digit()))
        .and_then(|digits| digits.parse().ok())
        .ok_or_else(|| {
            // The debug form keeps whatever the variable holds on one line.
            StartError::usage(format!(
                "PORT is a number from 0 to 65535, not {value:?}: \
                 leave it out, or try `PORT=8081 cargo run`"
            ))
        })
}
