//! The figures' own words, in the two languages of the book.

/// The words of one edition.
pub struct Language {
    pub conversation: &'static str,
    pub ladder: &'static str,
    pub report: &'static str,
    pub client: &'static str,
    pub program: &'static str,
    pub page: &'static str,
    pub log: &'static str,
    pub stage: &'static str,
    pub noted: &'static str,
    pub call_out: &'static str,
    pub as_text: &'static str,
    pub bytes: (&'static str, &'static str),
    pub more: &'static str,
    pub frame: &'static str,
    pub last: &'static str,
    pub not_last: &'static str,
    pub reserved: &'static str,
    pub masked: &'static str,
    pub unmasked: &'static str,
    pub length: &'static str,
    pub in_seven_bits: &'static str,
    pub in_two_bytes: &'static str,
    pub in_eight_bytes: &'static str,
    pub key: &'static str,
    pub random: &'static str,
    pub code: &'static str,
    pub payload: &'static str,
    pub before_masking: &'static str,
}

pub const ENGLISH: Language = Language {
    conversation: "Conversation, line by line",
    ladder: "Ladder diagram of a conversation",
    report: "Report of the checker",
    client: "client",
    program: "server",
    page: "page",
    log: "log",
    stage: "event",
    noted: "noted",
    call_out: "call-out",
    as_text: "The same as text",
    bytes: ("byte", "bytes"),
    more: "more",
    frame: "frame",
    last: "the last frame of its message",
    not_last: "more frames of this message come",
    reserved: "no extension is in use",
    masked: "a client masks its payload",
    unmasked: "a server does not mask",
    length: "length",
    in_seven_bits: "in these seven bits",
    in_two_bytes: "126 says: in the next two bytes",
    in_eight_bytes: "127 says: in the next eight bytes",
    key: "masking key",
    random: "four random bytes, others in each frame",
    code: "code",
    payload: "payload",
    before_masking: "before masking",
};

// Spaces before `:` are U+00A0, as French typography has them.
pub const FRENCH: Language = Language {
    conversation: "Conversation, ligne par ligne",
    ladder: "Diagramme en échelle d’une conversation",
    report: "Rapport du vérificateur",
    client: "client",
    program: "serveur",
    page: "page",
    log: "journal\u{a0}",
    stage: "événement",
    noted: "noté",
    call_out: "repère",
    as_text: "La même chose en texte",
    bytes: ("octet", "octets"),
    more: "de plus",
    frame: "trame",
    last: "la dernière trame de son message",
    not_last: "d’autres trames de ce message suivent",
    reserved: "aucune extension n’est utilisée",
    masked: "un client masque sa charge utile",
    unmasked: "un serveur ne masque pas",
    length: "longueur",
    in_seven_bits: "dans ces sept bits",
    in_two_bytes: "126 signifie\u{a0}: dans les deux octets suivants",
    in_eight_bytes: "127 signifie\u{a0}: dans les huit octets suivants",
    key: "clé de masquage",
    random: "quatre octets aléatoires, différents à chaque trame",
    code: "code",
    payload: "charge utile",
    before_masking: "avant masquage",
};

impl Language {
    /// `1 byte`, `7 octets`.
    pub fn count(&self, bytes: usize) -> String {
        format!("{bytes}\u{a0}{}", self.unit(bytes))
    }

    /// A frame's line of a transcript, with the length after its payload in the words
    /// of this edition.
    pub fn frame(&self, said: &str) -> String {
        let translated = || {
            let (payload, length) = said.rsplit_once("\" ")?;
            let (count, rest) = length.split_once(' ')?;
            let rest = rest.strip_prefix("bytes").or(rest.strip_prefix("byte"))?;
            let unit = self.unit(count.parse().ok()?);
            Some(format!("{payload}\" {count} {unit}{rest}"))
        };
        translated().unwrap_or_else(|| said.to_owned())
    }

    fn unit(&self, bytes: usize) -> &'static str {
        // French counts zero as one.
        let one = bytes == 1 || (bytes == 0 && self.bytes.0 == "octet");
        if one { self.bytes.0 } else { self.bytes.1 }
    }
}
