//! The bytes of conversations in files: one for each direction of each connection.

use std::{
    fs::{self, File},
    io::Write,
    path::PathBuf,
};

use super::conversation::{Connection, Side};

/// The most bytes that are kept of one conversation's run.
const KEPT: u64 = 1 << 30;

/// Where they are kept.
pub struct Raw {
    folder: PathBuf,
    /// What a file's name begins with.
    conversation: String,
    room: u64,
}

impl Raw {
    /// In a folder that is new or empty, so that nothing is written over.
    ///
    /// # Errors
    /// With one line when it is neither, or cannot be made.
    pub fn into(folder: PathBuf) -> Result<Self, String> {
        let shown = folder.display().to_string();
        fs::create_dir_all(&folder).map_err(|error| format!("{shown}: {error}"))?;
        let mut entries = fs::read_dir(&folder).map_err(|error| format!("{shown}: {error}"))?;
        if entries.next().is_some() {
            return Err(format!(
                "{shown} is not empty; name a folder for the bytes alone"
            ));
        }
        Ok(Self {
            folder,
            conversation: String::new(),
            room: KEPT,
        })
    }

    /// What the files of the next connections are named by.
    pub fn begins(&mut self, conversation: &str) {
        self.conversation = format!("{conversation}-");
    }

    /// Adds bytes to `counter-1-from-program` or `glass-1-to-program`.
    pub fn keeps(&mut self, connection: Connection, side: Side, bytes: &[u8]) {
        let way = if side == Side::Client { "to" } else { "from" };
        let name = format!("{}{connection}-{way}-program", self.conversation);
        let count = usize::try_from(self.room).map_or(bytes.len(), |room| room.min(bytes.len()));
        self.room -= count as u64;
        let file = File::options()
            .create(true)
            .append(true)
            .open(self.folder.join(name));
        // A full disk must not end the conversation that is watched.
        let _ = file.and_then(|mut file| file.write_all(&bytes[..count]));
    }
}
