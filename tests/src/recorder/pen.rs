//! Writes the transcript down while the conversation goes on.

use std::{
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use super::tap::{Listener, Tap, Told};
use crate::{
    allowance::{Allowance, Overrun},
    limits::{ENTRY_BYTES, ENTRY_TEXT},
    program::Complaints,
    redaction::Masks,
    transcript::{Entry, Speaker, Transcript, Unit},
    visible,
};

/// Everything that one step's conversation left behind.
#[derive(Debug, Default)]
pub struct Recording {
    /// What was said.
    pub transcript: Transcript,
    /// The values of this run that the expected transcript names by mask.
    pub masks: Masks,
    /// Remarks for the report, none of them a fault.
    pub notes: Vec<String>,
    /// What a passed step shows beside its title.
    pub detail: String,
    /// Why this machine cannot carry the step out, when it cannot.
    pub skipped: Option<String>,
    /// What failed on our side, when something did: nothing is known of the program.
    pub broken: Option<String>,
    /// What the program wrote on standard error, until the conversation was lost
    /// if it was: what it says when everybody leaves comes too late to explain.
    pub complaints: String,
    /// The same of programs that were ended before the last one started, each with
    /// the number of entries that there were then.
    pub earlier: Vec<(usize, String)>,
    /// How the program ended when it was not the checker that ended it.
    pub ended: Option<String>,
    /// The ports that the program was found to listen on when its own was not open.
    pub listens_on: Vec<u16>,
    /// What the program took too much of, and was ended for.
    pub overrun: Option<Overrun>,
    /// Bytes that the program wrote on standard output, when they were more than
    /// is kept.
    pub flood: Option<u64>,
}

impl Recording {
    /// What the program that an entry is about wrote on standard error.
    pub fn complaints_at(&self, entry: usize) -> &str {
        let earlier = self.earlier.iter().find(|(until, _)| entry < *until);
        earlier.map_or(&self.complaints, |(_, words)| words)
    }
}

/// A shared hand that appends to one [`Recording`].
#[derive(Clone)]
pub struct Pen {
    began: Instant,
    written: Arc<Mutex<Written>>,
}

#[derive(Default)]
struct Written {
    recording: Recording,
    lost: bool,
    complaints: Complaints,
    /// Entries and bytes that there is still room for.
    room: (usize, usize),
    listener: Option<Listener>,
    /// How many connections have been given a tap.
    taps: usize,
}

impl Written {
    fn append(&mut self, entry: Entry) {
        if let Some(listener) = &self.listener {
            listener(Told::Entry(&entry));
        }
        let (entries, bytes) = self.room;
        let size = entry.said.len() + entry.bytes.len();
        self.room = (entries.saturating_sub(1), bytes.saturating_sub(size));
        self.recording.transcript.0.push(entry);
    }

    fn is_full(&self) -> bool {
        self.room.0 == 0 || self.room.1 == 0
    }
}

impl Pen {
    /// A pen on an empty page; entries are timed from now.
    pub fn new(allowance: &Allowance) -> Self {
        let room = (allowance.entries as usize, allowance.transcript as usize);
        Self {
            began: Instant::now(),
            written: Arc::new(Mutex::new(Written {
                room,
                ..Written::default()
            })),
        }
    }

    /// Writes a sentence about something that happened.
    pub fn act(&self, sentence: impl Into<String>) {
        self.push(self.entry("", Speaker::Stage, Unit::Action, sentence.into(), &[]));
    }

    /// Writes what someone said, as visible text.
    pub fn write(&self, client: &'static str, speaker: Speaker, unit: Unit, bytes: &[u8]) {
        self.push(self.entry(client, speaker, unit, visible::text(bytes), bytes));
    }

    /// Writes something that is shown and not judged.
    pub fn list(&self, client: &'static str, speaker: Speaker, unit: Unit, said: &str) {
        let mut entry = self.entry(client, speaker, unit, said.to_owned(), &[]);
        entry.judged = false;
        self.push(entry);
    }

    /// An entry at this moment, judged, its text cut to [`ENTRY_TEXT`].
    pub fn entry(
        &self,
        client: &'static str,
        speaker: Speaker,
        unit: Unit,
        said: String,
        bytes: &[u8],
    ) -> Entry {
        let bytes = bytes[..bytes.len().min(ENTRY_BYTES)].to_vec();
        let at = self.began.elapsed();
        let said = match said.char_indices().nth(ENTRY_TEXT) {
            Some((cut, _)) => format!("{} ⟨cut here⟩", &said[..cut]),
            None => said,
        };
        Entry {
            at,
            speaker,
            client,
            unit,
            said,
            offset: 0,
            bytes,
            judged: true,
            flaw: None,
        }
    }

    /// Appends an entry; past the allowance the conversation is lost, and no more is kept.
    pub fn push(&self, entry: Entry) {
        let mut written = self.written();
        if written.is_full() {
            return;
        }
        written.append(entry);
        if written.is_full() {
            drop(written);
            self.lose("the transcript is full");
        }
    }

    /// Says that something which had to come did not: the script goes on
    /// without waiting for anything more.
    pub fn lose(&self, sentence: impl Into<String>) {
        let entry = self.entry("", Speaker::Stage, Unit::Action, sentence.into(), &[]);
        let mut written = self.written();
        if written.lost {
            return;
        }
        written.lost = true;
        written.recording.complaints = written.complaints.so_far();
        // Why it was lost has room always.
        written.append(entry);
    }

    /// Says that something of ours has failed, unless the conversation is lost already.
    pub fn breaks(&self, sentence: String) {
        if !self.is_lost() {
            self.with(|recording| recording.broken = Some(sentence.clone()));
            self.lose(sentence);
        }
    }

    /// Lets someone hear the conversation while it goes on.
    pub fn is_heard_by(&self, listener: Listener) {
        self.written().listener = Some(listener);
    }

    /// Tells whoever hears it of something that is no entry.
    pub fn tells(&self, told: Told<'_>) {
        if let Some(listener) = &self.written().listener {
            listener(told);
        }
    }

    /// What a new connection of this client tells its bytes to, if anybody listens.
    pub fn tap(&self, client: &'static str) -> Option<Tap> {
        let mut written = self.written();
        written.taps += 1;
        Some(Tap {
            listener: Arc::clone(written.listener.as_ref()?),
            client,
            connection: written.taps,
        })
    }

    /// Listens to the standard error of the program that is now on stage.
    pub fn listens_to(&self, complaints: Complaints) {
        self.written().complaints = complaints;
    }

    /// Whether the conversation is beyond repair.
    pub fn is_lost(&self) -> bool {
        self.written().lost
    }

    /// Adds a remark; the same one only once.
    pub fn note(&self, remark: impl Into<String>) {
        let (mut written, remark) = (self.written(), remark.into());
        if !written.recording.notes.contains(&remark) {
            written.recording.notes.push(remark);
        }
    }

    /// Names a value of this run that stands as `[name]` in the expectation.
    pub fn mask(&self, name: &'static str, value: impl Into<String>) {
        self.written().recording.masks.add(name, value.into());
    }

    /// Names a wait, which is the program's own and never twice the same: `1.2 s`.
    pub fn masks_wait(&self, waited: Duration) -> String {
        let wait = format!("{:.1} s", waited.as_secs_f64());
        self.mask("wait", &wait);
        wait
    }

    /// Names a time of now; each one that comes up has a name of its own, so that
    /// it is known again where it is shown.
    pub fn masks_time(&self, time: &str) {
        const NAMES: [&str; 4] = ["time", "second time", "third time", "fourth time"];
        let mut written = self.written();
        let masks = &mut written.recording.masks;
        let known = NAMES.iter().take_while(|name| masks.has(name)).count();
        if let Some(name) = NAMES.get(known) {
            masks.add(name, time.to_owned());
        }
    }

    /// Changes the recording in place.
    pub fn with<T>(&self, change: impl FnOnce(&mut Recording) -> T) -> T {
        change(&mut self.written().recording)
    }

    /// Takes the finished recording off the page.
    pub fn finish(&self) -> Recording {
        std::mem::take(&mut self.written().recording)
    }

    fn written(&self) -> MutexGuard<'_, Written> {
        self.written.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Default for Pen {
    fn default() -> Self {
        Self::new(&Allowance::default())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_full_transcript_says_so_once_and_keeps_no_more() {
        for (limit, entries) in [("entries=100", 100), ("transcript=64KiB", 64)] {
            let mut allowance = Allowance::default();
            allowance.set(limit).expect("a limit");
            let pen = Pen::new(&allowance);
            for _ in 0..300 {
                pen.act("a".repeat(1 << 10));
            }
            let recording = pen.finish();
            let last = recording
                .transcript
                .0
                .last()
                .map(|entry| entry.said.clone());
            assert_eq!(last.as_deref(), Some("the transcript is full"), "{limit}");
            assert_eq!(recording.transcript.0.len(), entries + 1, "{limit}");
            assert!(pen.is_lost(), "{limit}");
        }
    }
}
