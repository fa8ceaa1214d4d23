//! What a submission may cost before its program is started. What the program
//! may cost stands in the checker's own limits.

use std::time::Duration;

/// The most files that are taken of one exercise.
pub const FILES: usize = 64;

/// The largest of them, in bytes: some hundred times what a chapter needs.
pub const FILE_BYTES: u64 = 256 << 10;

/// All of them together, in bytes.
pub const SOURCE_BYTES: u64 = 1 << 20;

/// The most entries of a folder that are looked at, and how deep folders go.
pub const ENTRIES: usize = 1000;
/// See [`ENTRIES`].
pub const DEPTH: usize = 8;

/// The largest Cargo.toml that is read, in bytes.
pub const MANIFEST_BYTES: u64 = 64 << 10;

/// How long the compiler may compute for one crate of a submission, which takes it a
/// second or two, all its threads together.
pub const COMPILE: Duration = Duration::from_secs(30);

/// How long it may take for that: a busy machine has other things to do.
pub const COMPILE_WAIT: Duration = Duration::from_secs(180);

/// Between two looks at whether it has ended, once it says no more.
pub const COMPILE_LOOK: Duration = Duration::from_millis(2);

/// The memory that the compiler may take for it, in bytes of address space.
pub const COMPILER_MEMORY: u64 = 4 << 30;

/// The largest file that the compiler may write, in bytes.
#[cfg(target_os = "linux")]
pub const COMPILER_FILE: u64 = 512 << 20;

/// Bytes kept of the compiler's words about one crate, and of one message.
pub const WORDS: usize = 64 << 10;

/// The longest line of the compiler's that is looked at, in bytes; a longer one
/// is passed over.
pub const COMPILER_LINE: usize = 1 << 20;

/// How many crates one call of cargo builds.
pub const BATCH: usize = 64;

/// Beyond a chapter's own time: how long a check may take to begin and to end
/// before it is given up. It has a browser to start, and its limits of its own.
pub const CHECK_GRACE: Duration = Duration::from_secs(60);

/// How long a check that is no longer wanted may take to put everything away.
pub const FAREWELL: Duration = Duration::from_secs(5);

/// How much a check may tell, in bytes.
pub const CHECK_OUTPUT: usize = 32 << 20;
