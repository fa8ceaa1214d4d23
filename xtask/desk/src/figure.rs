//! The book's figures: what stands between the fences ` ```wire `, ` ```wire
//! ladder ` and ` ```report `, as HTML that reads without a script.

mod bytes;
mod conversation;
mod fields;
mod ladder;
mod language;
mod report;
mod wire;

use language::{ENGLISH, FRENCH, Language};

/// A page with its figures drawn.
pub struct Page {
    /// Markdown, with HTML where the blocks were.
    pub text: String,
    /// Call-outs whose quote stands nowhere in their block: number and quote.
    pub missing: Vec<(usize, String)>,
}

/// What kind of figure a block becomes.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Wire,
    Ladder,
    Report,
}

/// Where a figure is: what its ids begin with, and its page's language.
struct Place {
    id: String,
    language: &'static Language,
}

/// Draws a page's figures. `path` is the page's, below the book's source; the
/// French edition is in `fr`.
pub fn page(text: &str, path: &str) -> Page {
    let path = path.replace('\\', "/");
    let language = if path.starts_with("fr/") {
        &FRENCH
    } else {
        &ENGLISH
    };
    let name = path.trim_end_matches(".md").replace('/', "-");
    let mut page = Page {
        text: String::with_capacity(text.len()),
        missing: Vec::new(),
    };
    let lines: Vec<&str> = text.lines().collect();
    let mut at = 0;
    let mut figures = 0;
    while at < lines.len() {
        let Some((kind, end)) = block(&lines, at) else {
            let end = other_block(&lines, at).unwrap_or(at + 1);
            page.push(&lines[at..end]);
            at = end;
            continue;
        };
        figures += 1;
        let id = format!("wire-{name}-{figures}");
        let place = Place { id, language };
        at = page.draw(kind, &lines, (at + 1, end), &place);
    }
    page
}

impl Page {
    fn push(&mut self, lines: &[&str]) {
        for line in lines {
            self.text.push_str(line);
            self.text.push('\n');
        }
    }

    /// Draws the block of these lines, and gives the line to go on with.
    fn draw(
        &mut self,
        kind: Kind,
        lines: &[&str],
        (from, to): (usize, usize),
        place: &Place,
    ) -> usize {
        let inside = &lines[from..to];
        let mut next = to + 1;
        let figure = match kind {
            Kind::Report => report::figure(inside, place),
            Kind::Ladder => ladder::figure(&conversation::read(inside), place),
            Kind::Wire => {
                let list = call_outs(lines, next);
                let quotes: Vec<&str> = list.iter().flat_map(|list| list.quotes.clone()).collect();
                let (figure, missing) = wire::figure(&conversation::read(inside), &quotes, place);
                let missing = missing.into_iter();
                self.missing
                    .extend(missing.map(|number| (number, quotes[number - 1].to_owned())));
                if let Some(list) = list {
                    self.push(&[&figure, "", "<div class=\"callouts\">", ""]);
                    self.push(&lines[list.from..list.to]);
                    self.push(&["", "</div>", ""]);
                    return list.to;
                }
                figure
            }
        };
        self.push(&[&figure, ""]);
        if lines.get(next).is_some_and(|line| line.is_empty()) {
            next += 1;
        }
        next
    }
}

/// The kind of the block that begins here, and the line of its end.
fn block(lines: &[&str], at: usize) -> Option<(Kind, usize)> {
    let words = lines[at].strip_prefix("```")?;
    let kind = match words.split_whitespace().collect::<Vec<_>>()[..] {
        ["wire"] => Kind::Wire,
        ["wire", "ladder"] => Kind::Ladder,
        ["report"] => Kind::Report,
        _ => return None,
    };
    let inside = lines[at + 1..].iter();
    let length = inside.take_while(|line| line.trim_end() != "```").count();
    (at + 1 + length < lines.len()).then_some((kind, at + 1 + length))
}

/// The line behind a block that is none of ours, so that what it shows of a
/// fence is not taken for one.
fn other_block(lines: &[&str], at: usize) -> Option<usize> {
    let line = lines[at].trim_start();
    let mark = line
        .chars()
        .next()
        .filter(|mark| matches!(mark, '`' | '~'))?;
    let length = line.chars().take_while(|c| *c == mark).count();
    if length < 3 {
        return None;
    }
    let ends = |line: &&str| {
        let line = line.trim();
        line.len() >= length && line.chars().all(|c| c == mark)
    };
    let inside = lines[at + 1..].iter().position(ends);
    Some(inside.map_or(lines.len(), |inside| at + inside + 2))
}

/// The ordered list behind a block whose items begin with a quote.
struct CallOuts<'a> {
    quotes: Vec<&'a str>,
    from: usize,
    to: usize,
}

fn call_outs<'a>(lines: &[&'a str], behind: usize) -> Option<CallOuts<'a>> {
    let blank = lines[behind..]
        .iter()
        .take_while(|line| line.trim().is_empty());
    let from = behind + blank.count();
    item(lines.get(from)?).filter(|quote| !quote.is_empty())?;
    let mut to = from;
    let mut quotes = Vec::new();
    for (at, line) in lines.iter().enumerate().skip(from) {
        let goes_on = line.starts_with("   ") || item(line).is_some();
        if line.trim().is_empty() {
            continue;
        }
        if at > to && lines[at - 1].trim().is_empty() && !goes_on {
            break;
        }
        quotes.extend(item(line));
        to = at + 1;
    }
    Some(CallOuts { quotes, from, to })
}

/// What an item of an ordered list quotes, `` 1. `quote`: … ``; empty when nothing.
fn item(line: &str) -> Option<&str> {
    let (number, rest) = line.split_once(". ")?;
    let number = !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit());
    let quoted = rest.trim_start().strip_prefix('`');
    let quote = quoted.and_then(|quoted| quoted.split_once('`'));
    number.then_some(quote.map_or("", |(quote, _)| quote))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_the_blocks_and_leaves_the_rest() {
        let text = "# A\n\n```wire\n> x\n```\n\n```rust\n```wire\nlet x;\n```\n\n````text\n\
            ```wire\n> y\n```\n````\n\nEnd.\n";
        let drawn = page(text, "a.md").text;
        assert_eq!(drawn.matches("<figure").count(), 1, "{drawn}");
        assert!(drawn.contains("````text\n```wire\n> y\n```\n````\n\nEnd.\n"));
        assert!(drawn.contains("```rust\n```wire\nlet x;\n```\n"));
        let unclosed = "```wire\n> x\n";
        assert_eq!(page(unclosed, "a.md").text, unclosed);
    }

    #[test]
    fn numbers_what_the_list_quotes() {
        let text = "```wire\n> GET / HTTP/1.1\n> host: a\n>\n```\n\n1. `host: a`: the name.\n   More.\n\
            2. `GET`: the method.\n3. `nowhere`: no.\n4. No quote.\n5. `>`: last.\n\nAfter.\n";
        let drawn = page(text, "fr/a.md");
        let missing = [(3, "nowhere".to_owned()), (4, String::new())];
        assert_eq!(drawn.missing, missing);
        assert!(
            drawn.text.contains("<mark>host: a</mark>"),
            "{}",
            drawn.text
        );
        assert!(drawn.text.contains("repère"), "{}", drawn.text);
        let (list, after) = drawn.text.split_once("5. `>`: last.\n").expect("the list");
        assert!(list.contains("<div class=\"callouts\">\n\n1. `host: a`"));
        assert!(after.starts_with("\n</div>\n\n"), "{after:?}");
        assert!(after.ends_with("\nAfter.\n"));
    }

    #[test]
    fn a_list_of_something_else_is_no_call_out() {
        let drawn = page("```wire\n> x\n```\n\n1. First.\n2. Second.\n", "a.md");
        assert!(!drawn.text.contains("callouts") && drawn.missing.is_empty());
    }

    #[test]
    fn nothing_in_a_figure_ends_its_html() {
        let block = "* a client connects\n> GET / HTTP/1.1\n>\n< HTTP/1.1 200 OK\n<\n\
            < <script>alert(1)</script>\\n\n\n< </figure>\\n\n| <b>\\n\n";
        for fence in ["wire", "wire ladder", "report"] {
            let text = page(&format!("```{fence}\n{block}```\n"), "a.md").text;
            assert!(!text.contains("<script") && !text.contains("<b>"), "{text}");
            assert_eq!(text.matches("</figure>").count(), 1, "{text}");
            let (figure, _) = text.split_once("</figure>").expect("a figure");
            let blank = figure.lines().any(|line| line.trim().is_empty());
            assert!(!blank, "Markdown begins again at a blank line: {figure}");
        }
    }
}
