//! A conversation as a list: one line an item, with its speaker, its bytes and
//! the numbers of the call-outs.

use checker::markup::escaped;

use super::{
    Place, bytes,
    conversation::{Said, Voice, What},
    fields,
};

/// The figure, and the numbers, from 1, of the quotes that stand nowhere in it.
pub fn figure(lines: &[Said], quotes: &[&str], place: &Place) -> (String, Vec<usize>) {
    let stands = |quote: &&str| {
        let quoted = |line: &Said| !quote.is_empty() && line.line.contains(*quote);
        lines.iter().position(quoted)
    };
    let places: Vec<Option<usize>> = quotes.iter().map(stands).collect();
    let mut html = format!(
        "<figure class=\"wire\" role=\"group\" aria-label=\"{}\">\n<ol>\n",
        place.language.conversation
    );
    for (at, line) in lines.iter().enumerate() {
        let here = (1..).zip(&places).filter(|(_, place)| **place == Some(at));
        let numbers: Vec<usize> = here.map(|(number, _)| number).collect();
        let marked: Vec<&str> = numbers.iter().map(|number| quotes[number - 1]).collect();
        html += &item(
            line,
            &numbers,
            &marked,
            &format!("{}-{at}", place.id),
            place,
        );
    }
    html += "</ol>\n</figure>";
    let missing = (1..).zip(places).filter(|(_, place)| place.is_none());
    (html, missing.map(|(number, _)| number).collect())
}

fn item(line: &Said, numbers: &[usize], marked: &[&str], id: &str, place: &Place) -> String {
    let (class, mark) = match line.voice {
        Voice::Stage => ("stage", "*"),
        Voice::Client => ("client", "&gt;"),
        Voice::Program | Voice::Page => ("program", "&lt;"),
        Voice::Log => ("log", "|"),
        Voice::Noted => ("noted", "~"),
        Voice::Unknown => ("unknown", ""),
    };
    let word = place.language.call_out;
    let number = |number: &usize| {
        format!("<b class=\"callout\" aria-label=\"{word} {number}\">{number}</b>")
    };
    let call_outs: String = numbers.iter().map(number).collect();
    let call_outs = if call_outs.is_empty() {
        call_outs
    } else {
        format!("<span class=\"numbers\">{call_outs}</span>")
    };
    format!(
        "<li class=\"{class}\">{call_outs}<span class=\"who\">{}</span> <span class=\"mark\" \
         aria-hidden=\"true\">{mark}</span> <code class=\"said\">{}</code>{}</li>\n",
        who(line, place),
        highlighted(line, marked),
        told(line, id, place),
    )
}

/// Who speaks, by name when there are several clients; what a mark says to the
/// eye is said to the ear.
fn who(line: &Said, place: &Place) -> String {
    let language = place.language;
    let (before, name, role) = match line.voice {
        Voice::Stage => ("", "", language.stage),
        Voice::Log => return language.log.into(),
        Voice::Unknown => return String::new(),
        Voice::Client => ("", line.client, language.client),
        Voice::Program => ("→ ", line.client, language.program),
        Voice::Page => ("", line.client, language.page),
        Voice::Noted => ("", line.client, language.noted),
    };
    match name {
        "" if line.voice == Voice::Stage => format!("<span class=\"unseen\">{role}</span>"),
        "" => role.into(),
        name => format!(
            "<span class=\"unseen\">{role} </span>{before}{}",
            escaped(name)
        ),
    }
}

/// What was said, with what the call-outs quote marked. A quote may begin before
/// the words, at the mark or the name.
fn highlighted(line: &Said, quotes: &[&str]) -> String {
    let said = line.said;
    let begins = line.line.len() - said.len();
    let place = |quote: &&str| {
        let at = line.line.find(*quote)?;
        let to = (at + quote.len()).saturating_sub(begins);
        Some((at.saturating_sub(begins), to))
    };
    let mut places: Vec<(usize, usize)> = quotes.iter().filter_map(place).collect();
    places.sort_unstable();
    let mut html = String::new();
    let mut done = 0;
    for (from, to) in places {
        if from < done || from >= to {
            continue;
        }
        html += &escaped(&said[done..from]);
        html += &format!("<mark>{}</mark>", escaped(&said[from..to]));
        done = to;
    }
    html + &escaped(&said[done..])
}

/// The bytes of a line: a few to see, all of them on hover and on focus.
fn told(line: &Said, id: &str, place: &Place) -> String {
    let language = place.language;
    let (seen, rows) = match &line.what {
        What::Words | What::Head => return String::new(),
        What::Bytes(said) => (
            escaped(&language.count(said.len())),
            format!(
                "<code class=\"rows\">{}</code>",
                bytes::rows(said, language)
            ),
        ),
        What::Frame(framed) => {
            let Some((header, table)) = fields::header(framed).zip(fields::table(framed, language))
            else {
                return String::new();
            };
            let seen = format!(
                "<span class=\"unseen\">{} </span><code>{header}</code>",
                language.frame
            );
            (seen, table)
        }
    };
    format!(
        "<span class=\"bytes\" tabindex=\"0\" role=\"note\" aria-describedby=\"{id}\">{seen}</span>\
         <span class=\"fields\" role=\"tooltip\" id=\"{id}\">{rows}</span>"
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::figure::{
        conversation,
        language::{ENGLISH, FRENCH},
    };

    fn drawn(lines: &[&str], quotes: &[&str]) -> (String, Vec<usize>) {
        let place = Place {
            id: "wire-a-1".into(),
            language: &ENGLISH,
        };
        figure(&conversation::read(lines), quotes, &place)
    }

    #[test]
    fn says_who_speaks() {
        let (html, _) = drawn(
            &[
                "* alice connects",
                "alice > GET / HTTP/1.1",
                "bob < data: x\\n",
                "~ TLS 1.3",
            ],
            &[],
        );
        for who in [
            "<li class=\"stage\">",
            "client </span>alice</span>",
            "server </span>→ bob</span>",
            ">noted</span>",
        ] {
            assert!(html.contains(who), "{who}: {html}");
        }
    }

    #[test]
    fn numbers_the_first_line_that_holds_a_quote() {
        let lines = ["< data: a\\n", "< data: b\\n", "* 1 s passes"];
        let (html, missing) = drawn(&lines, &["data: b", "data", "< data: b", "c"]);
        assert_eq!(missing, [4]);
        let items: Vec<&str> = html
            .lines()
            .filter(|line| line.starts_with("<li"))
            .collect();
        assert!(
            items[0].contains("aria-label=\"call-out 2\">2</b>"),
            "{html}"
        );
        assert!(items[0].contains("<mark>data</mark>: a"), "{html}");
        assert!(
            items[1].contains(">1</b>") && items[1].contains(">3</b>"),
            "{html}"
        );
        assert_eq!(items[1].matches("<mark>").count(), 1, "{html}");
        let (html, missing) = drawn(&["bob < data: c\\n"], &["bob < data"]);
        assert!(
            missing.is_empty() && html.contains("<mark>data</mark>: c"),
            "{html}"
        );
    }

    #[test]
    fn bytes_are_described_by_their_own_fields() {
        let place = Place {
            id: "wire-fr-a-2".into(),
            language: &FRENCH,
        };
        let lines = conversation::read(&["< text \"a\" 1 byte", "> GET / HTTP/1.1", "| reçu\\n"]);
        let (html, _) = figure(&lines, &[], &place);
        for id in ["wire-fr-a-2-0", "wire-fr-a-2-2"] {
            assert!(
                html.contains(&format!("aria-describedby=\"{id}\"")),
                "{html}"
            );
            assert!(
                html.contains(&format!("role=\"tooltip\" id=\"{id}\"")),
                "{html}"
            );
        }
        assert!(
            !html.contains("wire-fr-a-2-1"),
            "a head's bytes are not told: {html}"
        );
        assert!(html.contains("6\u{a0}octets</span>"), "{html}");
    }
}
