//! What stands between `cargo xtask` and the command line.
//!
//! Run by cargo, the command line would have its hundred dependencies looked through at
//! every call, which takes as long as a quarter of a check. So cargo runs this package,
//! which has none; it asks cargo about the command line only where a source of it has
//! changed since cargo was last asked, and then becomes it.

pub mod command_line;
pub mod environment;
pub mod handover;
mod sources;
