//! A report of the checker, its parts told apart, and its last line a link.

use checker::chapters;

use super::{Place, escape};

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
        rows.join("\n")
    )
}

/// One line. An empty one has a tag in it too: Markdown begins again at a blank line.
fn row(line: &str, below: Option<&&str>) -> String {
    let words = line.trim_start();
    let class = match words {
        "" => "",
        _ if words.starts_with('✓') => "right",
        _ if words.starts_with('✗') || words.ends_with("^ here") => "wrong",
        _ if line.starts_with("      Next: ") => "next",
        _ if line.starts_with("      Book: ") => return book(line),
        _ if is_heading(line, below) => "heading",
        _ => "",
    };
    format!("<span class=\"{class}\">{}</span>", escape(line))
}

/// `your server said`, `expected`: what stands below is deeper in.
fn is_heading(line: &str, below: Option<&&str>) -> bool {
    let deep = |line: &str| line.len() - line.trim_start().len();
    deep(line) == 6 && below.is_some_and(|below| deep(below) > 6)
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
            "<span>{before}Book: <a href=\"{}.html#{}\">{}</a></span>",
            chapter.slug,
            escape(&anchor),
            escape(words.trim_end())
        ))
    });
    linked.unwrap_or_else(|| format!("<span>{}</span>", escape(line)))
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
            "<span class=\"wrong\">  ✗ writes",
            "\n<span class=\"\"></span>\n",
            "<span class=\"heading\">      your server said",
            "&lt; &lt;b&gt;",
            "<span class=\"wrong\">          ^ here",
            "Book: <a href=\"ch04-sse-counter.html#the-blank-line\">ch04 › the blank line</a></span></code>",
        ] {
            assert!(html.contains(part), "{part}: {html}");
        }
        assert!(book("      Book: ch99 › nothing").contains("ch99 › nothing</span>"));
    }
}
