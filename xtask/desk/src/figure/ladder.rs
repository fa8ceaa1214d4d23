//! A conversation as a ladder: a line down for each who takes part, an arrow
//! across for each thing said. Drawn in the colour of the text around it.

use checker::markup::escaped;

use super::{
    Place,
    conversation::{Said, Voice, What},
    language::Language,
};

/// The drawing's width: that of a telephone, so that its words need no shrinking.
const WIDTH: usize = 400;

/// Characters in a row of the drawing's width, and the width of one in tenths.
const COLUMNS: usize = 54;
const LETTER: usize = 72;

/// From an outer line to the drawing's edge.
const MARGIN: usize = 36;

/// The heights of the names' row, an arrow, and a line of the stage or the log.
const NAMES: usize = 26;
const ARROW: usize = 34;
const WORDS: usize = 24;

/// One rung.
struct Rung {
    /// Who it belongs to.
    client: String,
    voice: Voice,
    /// What is shown, and the whole of it.
    words: String,
    whole: String,
}

/// The figure.
pub fn figure(lines: &[Said], place: &Place) -> String {
    let language = place.language;
    let rungs = rungs(lines, language);
    let columns = Columns::of(&rungs);
    let mut svg = String::new();
    let mut y = NAMES;
    for rung in &rungs {
        let (drawn, height) = columns.rung(rung, y, language.log);
        svg += &drawn;
        y += height;
    }
    let height = y + 8;
    let mut posts = String::new();
    for (name, x) in columns.posts(language.client, language.program) {
        let shown = text(x, 14, "middle", "name", &name);
        posts += &format!(
            "{shown}<line class=\"post\" x1=\"{x}\" y1=\"20\" x2=\"{x}\" y2=\"{height}\"/>\n"
        );
    }
    let lines: Vec<String> = lines.iter().map(|line| escaped(line.line)).collect();
    let whole = lines.join("\n");
    format!(
        "<figure class=\"ladder\" role=\"group\" aria-label=\"{label}\">\n\
         <svg role=\"img\" aria-label=\"{label}\" viewBox=\"0 0 {WIDTH} {height}\" \
         fill=\"currentColor\" stroke=\"none\">\n{posts}{svg}</svg>\n\
         <details><summary>{}</summary><pre><code class=\"nohighlight\">{whole}</code></pre></details>\n\
         </figure>",
        language.as_text,
        label = language.ladder,
    )
}

/// Heads become one rung each, named by their first line, and so do the lines of
/// one event. What is only noted is left out.
fn rungs(lines: &[Said], language: &Language) -> Vec<Rung> {
    let mut rungs: Vec<Rung> = Vec::new();
    let mut before: Option<&Said> = None;
    for line in lines {
        if line.voice == Voice::Noted {
            continue;
        }
        let joins = before.is_some_and(|before| joins(before, line));
        match rungs.last_mut().filter(|_| joins) {
            Some(rung) => {
                if in_stream(line) {
                    rung.words += line.said;
                }
                rung.whole += &format!("\n{}", line.said);
            }
            None => rungs.push(Rung {
                client: line.client.into(),
                voice: line.voice,
                words: match line.what {
                    What::Frame(_) => language.frame(line.said),
                    _ => line.said.into(),
                },
                whole: line.said.into(),
            }),
        }
        before = Some(line);
    }
    rungs
}

fn joins(before: &Said, line: &Said) -> bool {
    let same = (before.client, before.voice) == (line.client, line.voice);
    match (&before.what, &line.what) {
        (What::Head, What::Head) => same && !before.said.is_empty(),
        _ if in_stream(before) && in_stream(line) => same && before.said != "\\n",
        _ => false,
    }
}

/// Whether this is a line of a stream. One with a masked value has no bytes to
/// tell, and its end all the same.
fn in_stream(line: &Said) -> bool {
    let words = matches!(line.what, What::Words) && line.said.ends_with("\\n");
    line.voice == Voice::Program && (words || matches!(line.what, What::Bytes(_)))
}

/// Where the lines down are.
struct Columns {
    clients: Vec<(String, usize)>,
    program: usize,
}

impl Columns {
    /// One client on the left; two on both sides; more of them side by side.
    fn of(rungs: &[Rung]) -> Columns {
        let mut names: Vec<String> = Vec::new();
        let across = |rung: &&Rung| !matches!(rung.voice, Voice::Stage | Voice::Log);
        for rung in rungs.iter().filter(across) {
            if !names.contains(&rung.client) {
                names.push(rung.client.clone());
            }
        }
        let last = WIDTH - MARGIN;
        let (xs, program): (Vec<usize>, usize) = match names.len() {
            0 | 1 => (vec![MARGIN], last),
            2 => (vec![MARGIN, last], WIDTH / 2),
            all => (
                (0..all)
                    .map(|n| MARGIN + n * (last - MARGIN) / all)
                    .collect(),
                last,
            ),
        };
        Columns {
            clients: names.into_iter().zip(xs).collect(),
            program,
        }
    }

    fn posts(&self, client: &str, program: &str) -> Vec<(String, usize)> {
        let named = self.clients.iter().map(|(name, x)| {
            let name = if name.is_empty() { client } else { name };
            (name.to_owned(), *x)
        });
        named.chain([(program.to_owned(), self.program)]).collect()
    }

    /// A rung at this height, and how high it is.
    fn rung(&self, rung: &Rung, y: usize, log: &str) -> (String, usize) {
        let title = format!("<title>{}</title>", escaped(&rung.whole));
        match rung.voice {
            Voice::Stage => {
                let words = text(WIDTH / 2, y + 16, "middle", "stage", &cut(&rung.words));
                (group(&title, &words), WORDS)
            }
            Voice::Log => {
                let said = cut(&format!("{log}: {}", rung.words));
                let (x, anchor) = near(self.program, &said);
                (group(&title, &text(x, y + 16, anchor, "log", &said)), WORDS)
            }
            _ => {
                let known = self.clients.iter().find(|(name, _)| *name == rung.client);
                let client = known.map_or(MARGIN, |(_, x)| *x);
                let (from, to) = match rung.voice {
                    Voice::Client => (client, self.program),
                    _ => (self.program, client),
                };
                let said = cut(&rung.words);
                let (x, anchor) = near((from + to) / 2, &said);
                let words = text(x, y + 16, anchor, "said", &said);
                (
                    group(&title, &format!("{words}{}", arrow(from, to, y + 24))),
                    ARROW,
                )
            }
        }
    }
}

fn group(title: &str, inside: &str) -> String {
    format!("<g>{title}{inside}</g>\n")
}

/// An arrow with its head, half a pixel off so that it is sharp.
fn arrow(from: usize, to: usize, y: usize) -> String {
    let (tip, back) = if to > from {
        (to - 2, to - 10)
    } else {
        (to + 2, to + 10)
    };
    format!(
        "<line class=\"arrow\" x1=\"{from}\" y1=\"{y}\" x2=\"{back}\" y2=\"{y}\"/>\
         <path d=\"M{tip} {y}L{back} {} {back} {}z\"/>",
        y - 4,
        y + 4
    )
}

fn text(x: usize, y: usize, anchor: &str, class: &str, words: &str) -> String {
    format!(
        "<text class=\"{class}\" x=\"{x}\" y=\"{y}\" text-anchor=\"{anchor}\">{}</text>",
        escaped(words)
    )
}

/// Where words around `x` begin or end so that they stay in the drawing.
fn near(x: usize, words: &str) -> (usize, &'static str) {
    let half = words.chars().count() * LETTER / 20 + 4;
    if x < half {
        (4, "start")
    } else if x + half > WIDTH {
        (WIDTH - 4, "end")
    } else {
        (x, "middle")
    }
}

/// Words in one row; the whole of them is in the rung's title.
fn cut(words: &str) -> String {
    if words.chars().count() <= COLUMNS {
        return words.to_owned();
    }
    words.chars().take(COLUMNS - 1).chain(['…']).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::figure::{
        conversation,
        language::{ENGLISH, FRENCH},
    };

    const STREAM: [&str; 10] = [
        "* a client connects",
        "> GET /sse HTTP/1.1",
        "> host: localhost:[port]",
        ">",
        "< HTTP/1.1 200 OK",
        "~ date: [date]",
        "<",
        "< event: ping\\n",
        "< data: <0>\\n",
        "< \\n",
    ];

    #[test]
    fn a_head_is_a_rung_and_so_is_an_event() {
        let rungs = rungs(&conversation::read(&STREAM), &ENGLISH);
        let words: Vec<&str> = rungs.iter().map(|rung| &*rung.words).collect();
        let expected = [
            "a client connects",
            "GET /sse HTTP/1.1",
            "HTTP/1.1 200 OK",
            "event: ping\\ndata: <0>\\n\\n",
        ];
        assert_eq!(words, expected);
        assert!(rungs[1].whole.contains("host:"));
    }

    #[test]
    fn two_events_are_two_rungs() {
        // A masked value has no bytes to tell, and belongs to its event like any other.
        let lines = [
            "< id: 0\\n",
            "< data: [time]\\n",
            "< \\n",
            "< data: 1\\n",
            "< \\n",
        ];
        assert_eq!(rungs(&conversation::read(&lines), &ENGLISH).len(), 2);
    }

    #[test]
    fn a_length_is_counted_in_the_language_of_the_edition() {
        let lines = [
            "> text \"2 bytes\" 7 bytes",
            "> ping \"\" 0 bytes, not the last",
        ];
        let read = conversation::read(&lines);
        let words = |language| rungs(&read, language).into_iter().map(|rung| rung.words);
        assert!(words(&ENGLISH).eq(lines.map(|line| &line[2..])));
        let french = [
            "text \"2 bytes\" 7 octets",
            "ping \"\" 0 octet, not the last",
        ];
        assert!(words(&FRENCH).eq(french));
    }

    #[test]
    fn all_that_is_drawn_is_in_the_drawing() {
        let long = format!("bob > text \"{}\" 20 bytes", "ab".repeat(10));
        for names in [
            &["", ""][..],
            &["alice ", "bob "],
            &["a ", "b ", "carol ", "dave "],
        ] {
            let mut lines: Vec<String> = Vec::new();
            for name in names {
                lines.extend(STREAM[1..].iter().map(|line| format!("{name}{line}")));
            }
            lines.push(long.clone());
            lines.push("| Reçu : abababababababab\\n".into());
            let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
            let place = Place {
                id: "wire-a-1".into(),
                language: &FRENCH,
            };
            let html = figure(&conversation::read(&lines), &place);
            assert!(
                html.contains("serveur</text>") && html.contains("journal"),
                "{html}"
            );
            for x in [" x=\"", "x1=\"", "x2=\""] {
                for found in html.split(x).skip(1) {
                    let x: usize = found.split('"').next().unwrap().parse().expect("a place");
                    assert!(x <= WIDTH, "{html}");
                }
            }
        }
    }
}
