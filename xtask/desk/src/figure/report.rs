//! A report of the checker, its parts told apart, and its last line a link.

use checker::{chapters, markup::escaped};

use super::Place;

/// The figure.
pub fn figure(lines: &[&str], place: &Place) -> String {
    // Blank lines at the end of a snapshot say nothing.
    let end = lines.iter().rposition(|line| !line.trim().is_empty());
    let shown = &lines[..end.map_or(0, |end| end + 1)];
    let rows: Vec<String> = (1..)
        .zip(shown)
        .map(|(next, line)| row(line, shown.get(next)))
        .collect();
    format!(
        "<figure class=\"report\" role=\"group\" aria-label=\"{}\">\n<pre><code class=\"nohighlight\" \
         lang=\"en\">{}</code></pre>\n</figure>",
        place.language.report,
        rows.concat()
    )
}

/// One line, with how deep it is in, so that its folds are too. An empty one has
/// a tag in it as well: Markdown begins again at a blank line.
fn row(line: &str, below: Option<&&str>) -> String {
    let words = line.trim_start();
    let class = match words {
        "" => "",
        _ if words.starts_with('✓') => "passes",
        "here ^" => "fails",
        _ if words.starts_with('✗') || words.ends_with("^ here") => "fails",
        _ if line.starts_with("      Next: ") => "advice",
        _ if line.starts_with("      Book: ") => return book(line),
        _ if is_heading(line, below) => "heading",
        _ => "",
    };
    span(class, line, &escaped(line))
}

/// `your server said`, `expected`: what stands below is deeper in.
fn is_heading(line: &str, below: Option<&&str>) -> bool {
    depth(line) == 6 && below.is_some_and(|below| depth(below) > 6)
}

fn depth(line: &str) -> usize {
    line.len() - line.trim_start().len()
}

fn span(class: &str, line: &str, html: &str) -> String {
    let depth = depth(line);
    format!("<span class=\"{class}\" style=\"--depth: {depth}\">{html}\n</span>")
}

/// `Book: ch04 › the blank line`, as a link to that heading.
fn book(line: &str) -> String {
    let linked = line.split_once("Book: ").and_then(|(before, words)| {
        let (number, heading) = words.split_once(" › ")?;
        let chapter = chapters::ALL
            .iter()
            .find(|chapter| chapter.number() == number)?;
        let anchor = heading.trim_end().replace(' ', "-");
        Some(format!(
            "{before}Book: <a href=\"{}.html#{}\">{}</a>",
            chapter.slug,
            escaped(&anchor),
            escaped(words.trim_end())
        ))
    });
    span("", line, &linked.unwrap_or_else(|| escaped(line)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::figure::language::ENGLISH;

    #[test]
    fn tells_the_parts_apart() {
        let lines = [
            "  ✗ writes an event after one second",
            "",
            "      your server said                 byte 28 of the stream",
            "        < <b>\\n",
            "          ^ here",
            "      Next: End the event.",
            "      Book: ch04 › the blank line",
            "",
        ];
        let place = Place {
            id: "wire-a-1".into(),
            language: &ENGLISH,
        };
        let html = figure(&lines, &place);
        for part in [
            "<span class=\"fails\" style=\"--depth: 2\">  ✗ writes",
            "<span class=\"\" style=\"--depth: 0\">\n</span>",
            "<span class=\"heading\" style=\"--depth: 6\">      your server said",
            "&lt; &lt;b&gt;",
            "<span class=\"fails\" style=\"--depth: 10\">          ^ here",
            "<a href=\"ch04-sse-counter.html#the-blank-line\">ch04 › the blank line</a>\n</span></code>",
        ] {
            assert!(html.contains(part), "{part}: {html}");
        }
        assert!(book("      Book: ch99 › nothing").contains("ch99 › nothing\n</span>"));
    }
}
