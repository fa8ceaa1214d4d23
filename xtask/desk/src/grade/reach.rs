//! What a source file could read while it is compiled.
//!
//! A macro that reads a file can put its text into the program, or into a message
//! of the compiler's. It may read the files beside it and no others. What can be
//! hidden from a reader of the text, such as `#[path]` in a macro, is seen by
//! [`super::compiler`] in what the compiler says it has read.

/// Their names cannot be spelled otherwise, nor put together by another macro.
const READERS: [&str; 2] = ["include_str", "include_bytes"];

/// Words of machine code, which can hold any file (`.incbin`) and do anything.
const MACHINE: [&str; 4] = ["asm", "naked_asm", "global_asm", "naked"];

/// Why a file with this text is refused, if it is.
pub fn refusal(text: &str) -> Option<String> {
    let word = |c: char| c.is_alphanumeric() || c == '_';
    let mut words = text.split(|c: char| !word(c));
    if let Some(machine) = words.find(|one| MACHINE.contains(one)) {
        return Some(format!(
            "it uses {machine}: no chapter needs machine code of its own"
        ));
    }
    for reader in READERS {
        for (at, _) in text.match_indices(reader) {
            let rest = &text[at + reader.len()..];
            if text[..at].ends_with(word) || rest.starts_with(word) {
                continue;
            }
            if !reads_beside(rest) {
                return Some(format!(
                    "it uses {reader} otherwise than as {reader}!(\"name\") with the name of a \
                     file beside it"
                ));
            }
        }
    }
    None
}

/// Whether what follows the macro's name is `!("client.html")`.
fn reads_beside(rest: &str) -> bool {
    let inside = rest
        .strip_prefix("!(\"")
        .and_then(|rest| rest.split_once("\")"));
    let plain = |c: char| c.is_ascii_alphanumeric() || "._-/".contains(c);
    inside.is_some_and(|(path, _)| {
        path.chars().all(plain) && !path.starts_with('/') && !path.contains("..")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_may_read_its_neighbours_alone() {
        for text in [
            "Html(include_str!(\"client.html\"))",
            "include_bytes!(\"pages/client.html\")",
            "fn my_include_str() {} include_strs()",
            "",
        ] {
            assert_eq!(refusal(text), None, "{text}");
        }
        for text in [
            "include_str!(\"/etc/passwd\")",
            "include_str!(\"../../../Cargo.toml\")",
            "include_str!(\"..\\\\secret\")",
            "include_str!(\"\\x2fetc/passwd\")",
            "include_str! (\"client.html\")",
            "include_str!(concat!(\"/etc\", \"/passwd\"))",
            "include_str![\"/etc/passwd\"]",
            "use std::include_str as text;",
            "r#include_str!(\"/x\")",
            "m!(include_bytes)",
            "core::arch::naked_asm!(\".incbin \\\"x\\\"\")",
            "use core::arch::asm as a;",
        ] {
            assert!(refusal(text).is_some(), "{text}");
        }
    }
}
