//! The two PEM files on the stage: put there, read, compared, complained of.

use super::{
    Stage,
    files::{self, FILES, Pair},
    x509,
};
use crate::{
    transcript::{Speaker, Unit},
    visible,
};

/// What the files were, byte for byte; `None` for one that was not there.
pub type Before = [Option<Vec<u8>>; 2];

impl Stage {
    /// Puts a fresh certificate and its key into the directory.
    pub fn puts_pair(&mut self) {
        match Pair::fresh() {
            Ok(pair) => {
                self.puts(FILES[0], &pair.certificate);
                self.puts(FILES[1], &pair.key);
            }
            Err(error) => self
                .pen()
                .lose(format!("the checker cannot make a certificate: {error}")),
        }
    }

    /// Puts the pair that the browser trusts into the directory.
    pub async fn puts_trusted_pair(&mut self) {
        let equipment = std::sync::Arc::clone(&self.equipment);
        match equipment.pair().await {
            Ok(pair) => {
                self.puts(FILES[0], &pair.certificate);
                self.puts(FILES[1], &pair.key);
            }
            Err(error) => self
                .pen()
                .lose(format!("the checker cannot make a certificate: {error}")),
        }
    }

    /// Puts a file into the directory.
    pub fn puts(&self, name: &str, text: &str) {
        if self.pen().is_lost() {
            return;
        }
        if let Err(error) = files::put(&self.file(name), text) {
            self.pen()
                .lose(format!("the checker cannot write {name}: {error}"));
        }
    }

    /// Takes a line out of a file, counted from 0.
    pub fn removes_line(&self, name: &str, number: usize) {
        let bytes = files::read(&self.file(name)).unwrap_or_default();
        let text = String::from_utf8_lossy(&bytes);
        let lines = text.split_inclusive('\n').enumerate();
        let kept = lines.filter(|(at, _)| *at != number).map(|(_, line)| line);
        self.puts(name, &kept.collect::<String>());
    }

    /// Takes a file out of the directory.
    pub fn removes(&self, name: &str) {
        // A file that is not there is as good as removed.
        let _ = std::fs::remove_file(self.file(name));
    }

    /// Writes down what the program's own pair is, a property a line.
    pub fn reads_pair(&self) {
        if self.pen().is_lost() {
            return;
        }
        for property in files::properties(self.directory()) {
            self.tells_of_file(property);
        }
        if files::certificate(self.directory())
            .is_some_and(|der| x509::is_unverifiable(&der.as_slice().into()))
        {
            self.pen().note(
                "this checker cannot verify signatures of the kind in cert.pem, and many \
                 clients cannot either: every client takes a key on the curve P-256",
            );
        }
    }

    /// Writes down who may read the key now.
    pub fn reads_mode(&self) {
        if !self.pen().is_lost() {
            self.tells_of_file(files::mode(self.directory()));
        }
    }

    fn tells_of_file(&self, said: String) {
        let pen = self.pen();
        pen.push(pen.entry("", Speaker::Stage, Unit::File, said, &[]));
    }

    /// The files as they are now; what is there and is no file, a pipe, has no bytes.
    pub fn remembers_pair(&self) -> Before {
        FILES.map(|name| {
            let path = self.file(name);
            let there = path.symlink_metadata().is_ok();
            there.then(|| files::read(&path).unwrap_or_default())
        })
    }

    /// Writes down whether they are still the same, byte for byte.
    pub fn compares_pair(&self, before: &Before) {
        if self.pen().is_lost() {
            return;
        }
        let now = self.remembers_pair();
        for (name, (before, now)) in FILES.into_iter().zip(before.iter().zip(&now)) {
            let how = match (before, now) {
                (before, now) if before == now => "is as it was",
                (None, _) => "has been made",
                (_, None) => "is gone",
                _ => "has been changed",
            };
            self.tells_of_file(format!("{name} {how}"));
        }
    }

    /// Writes down whether standard error is one line that names one of `names`.
    pub async fn complains(&mut self, names: &[&str]) {
        if self.pen().is_lost() {
            return;
        }
        let words = self.last_words().await;
        let lines: Vec<&str> = words
            .lines()
            .filter(|line| !line.trim().is_empty())
            .collect();
        self.pen().act(match lines.as_slice() {
            [] => "nothing on standard error".to_owned(),
            [line] if names.iter().any(|name| line.contains(name)) => {
                "one line on standard error names the file".to_owned()
            }
            [_] => format!(
                "one line on standard error does not name {}",
                names.join(" or ")
            ),
            lines => format!("{} lines on standard error", lines.len()),
        });
        for line in lines.iter().take(4) {
            self.pen().list(
                "",
                Speaker::Log,
                Unit::Line,
                &visible::text(line.as_bytes()),
            );
        }
    }
}
