//! What no program can know beforehand: it comes beside the fixed script, and the
//! seed decides it.

use std::ops::RangeInclusive;

use super::Stage;

impl Stage {
    /// A word; `[random]` in the snapshot.
    pub fn random_word(&mut self) -> String {
        let word: String = (0..8).map(|_| self.random.lowercase()).collect();
        self.pen.mask("random", &word);
        word
    }

    /// A key for an upgrade (RFC 6455, section 4.1), `[key]` in the snapshot.
    pub fn random_key(&mut self) -> String {
        let letters: String = (0..21).map(|_| self.random.alphanumeric()).collect();
        // 22 letters and `==` are 16 bytes; the last letter's low bits are unused.
        let key = format!("{letters}A==");
        self.pen.mask("key", &key);
        key
    }

    /// A code for a close frame, `[code]` in the snapshot.
    pub fn random_code(&mut self, among: RangeInclusive<u16>) -> u16 {
        let code = self.random.u16(among);
        self.pen.mask("code", code.to_string());
        code
    }

    /// An opcode, which stands under this name in the snapshot.
    pub fn random_opcode(&mut self, name: &'static str, among: RangeInclusive<u8>) -> u8 {
        let opcode = self.random.u8(among);
        self.pen.mask(name, format!("{opcode:#x}"));
        opcode
    }
}
