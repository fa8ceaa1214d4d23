//! The fields of a frame (RFC 6455, section 5.2), each with its bytes or bits.

use checker::{markup::escaped, recorder::frame};

use super::{bytes, conversation::Framed, language::Language};

/// The bits that say the length, and the values that put it into later bytes.
const LENGTH: u8 = 0x7f;

/// One field: its name, its bits or bytes, and what they say.
struct Field {
    name: &'static str,
    value: String,
    says: String,
}

/// A frame's first bytes as a row of text. The masking key that goes on is not
/// told: it is another in each frame.
pub fn header(framed: &Framed) -> Option<String> {
    let header = bytes::hex(framed.header.as_ref()?);
    Some(if framed.masked {
        header + " …"
    } else {
        header
    })
}

/// The fields as HTML, for a frame whose header is told.
pub fn table(framed: &Framed, language: &Language) -> Option<String> {
    let header = framed.header.as_ref()?;
    let mut fields = bits(framed, header, language);
    fields.push(length(header, framed, language));
    if framed.masked {
        fields.push(Field {
            name: language.key,
            value: "·· ·· ·· ··".into(),
            says: language.random.into(),
        });
    }
    if framed.told.opcode == frame::CLOSE
        && let [high, low, ..] = framed.told.payload[..]
    {
        fields.push(Field {
            name: language.code,
            value: bytes::hex(&[high, low]),
            says: u16::from_be_bytes([high, low]).to_string(),
        });
    }
    let rows: String = fields.iter().map(row).collect();
    Some(format!("{rows}{}", payload(framed, language)))
}

fn row(field: &Field) -> String {
    format!(
        "<span class=\"field\"><b>{}</b> <code>{}</code> <span>{}</span></span>",
        field.name,
        escaped(&field.value),
        escaped(&field.says)
    )
}

/// What the first byte and the mask bit say.
fn bits(framed: &Framed, header: &[u8], language: &Language) -> Vec<Field> {
    let (first, second) = (header[0], header[1]);
    let bit = |byte: u8| (byte >> 7).to_string();
    vec![
        Field {
            name: "FIN",
            value: bit(first),
            says: if framed.told.fin {
                language.last.into()
            } else {
                language.not_last.into()
            },
        },
        Field {
            name: "RSV",
            value: format!("{:03b}", first >> 4 & 0x7),
            says: language.reserved.into(),
        },
        Field {
            name: "opcode",
            value: format!("{:#x}", first & 0xf),
            says: frame::name(framed.told.opcode),
        },
        Field {
            name: "MASK",
            value: bit(second),
            says: if framed.masked {
                language.masked.into()
            } else {
                language.unmasked.into()
            },
        },
    ]
}

fn length(header: &[u8], framed: &Framed, language: &Language) -> Field {
    let (form, says) = match header[1] & LENGTH {
        126 => (bytes::hex(&header[2..]), language.in_two_bytes),
        127 => (bytes::hex(&header[2..]), language.in_eight_bytes),
        length => (format!("{length:07b}"), language.in_seven_bits),
    };
    let length = language.count(framed.told.payload.len());
    Field {
        name: language.length,
        value: form,
        says: format!("{length}, {says}"),
    }
}

fn payload(framed: &Framed, language: &Language) -> String {
    let payload = &framed.told.payload;
    if payload.is_empty() || !framed.payload_known {
        return String::new();
    }
    let note = if framed.masked {
        format!(", {}", language.before_masking)
    } else {
        String::new()
    };
    format!(
        "<span class=\"field\"><b>{}</b> <span>{}{note}</span></span><code class=\"rows\">{}</code>",
        language.payload,
        language.count(payload.len()),
        bytes::rows(payload, language)
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::figure::{
        conversation::{self, What},
        language::{ENGLISH, FRENCH},
    };

    fn drawn(line: &str, language: &Language) -> String {
        let lines = conversation::read(&[line]);
        let What::Frame(framed) = &lines[0].what else {
            panic!("no frame: {line}")
        };
        let header = header(framed).unwrap_or_default();
        let table = table(framed, language).unwrap_or_default();
        header + &table.replace("<span class=\"field\">", "\n")
    }

    fn without_tags(html: &str) -> String {
        let pieces = html.split('<').enumerate();
        let text = pieces.map(|(n, piece)| match piece.split_once('>') {
            Some((_, text)) if n > 0 => text,
            _ => piece,
        });
        text.collect()
    }

    #[test]
    fn names_every_field_of_a_servers_frame() {
        let text = without_tags(&drawn("< text \"reçu\" 5 bytes", &ENGLISH));
        assert_eq!(
            text,
            "81 05\n\
             FIN 1 the last frame of its message\n\
             RSV 000 no extension is in use\n\
             opcode 0x1 text\n\
             MASK 0 a server does not mask\n\
             length 0000101 5\u{a0}bytes, in these seven bits\n\
             payload 5\u{a0}bytes72 65 c3 a7 75           reç·u"
        );
    }

    #[test]
    fn knows_the_longer_forms_and_the_clients_key() {
        let text = without_tags(&drawn("> text \"⟨a×65536⟩\" 65536 bytes", &FRENCH));
        assert!(
            text.starts_with("81 ff 00 00 00 00 00 01 00 00 …\n"),
            "{text}"
        );
        assert!(text.contains("clé de masquage ·· ·· ·· ··"), "{text}");
        assert!(text.contains("65536\u{a0}octets, avant masquage"), "{text}");
    }

    #[test]
    fn a_close_frame_has_a_code() {
        let text = without_tags(&drawn("< close 1000 \"fini\"", &ENGLISH));
        assert!(text.contains("code 03 e8 1000\n"), "{text}");
        let without = drawn("< close without a code", &ENGLISH);
        assert!(without.starts_with("88 00") && !without.contains("<b>code</b>"));
    }

    #[test]
    fn says_nothing_of_what_is_not_told() {
        assert_eq!(drawn("< text \"a\" 1 byte, masked", &ENGLISH), "");
        assert!(!drawn("> text \"[random]\" 8 bytes", &ENGLISH).contains("<b>payload</b>"));
    }
}
