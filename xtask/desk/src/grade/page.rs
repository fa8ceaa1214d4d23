//! A learner's page: the reports and the whole conversations, in one file that
//! asks for no other, without a script.

use super::{
    learner::Learner,
    row::{Outcome, Row},
};
use checker::{markup::escaped, visible};
use serde_json::Value;

const STYLE: &str = include_str!("page.css");

/// The page.
pub fn learner(learner: &Learner) -> String {
    let name = escaped(&learner.submission.name);
    let (passed, steps) = learner.points();
    let mut body = format!(
        "<p><a href=\"../index.html\">The class</a></p>\n<h1>{name}</h1>\n\
         <p>{passed} of {steps} steps pass.</p>\n"
    );
    for row in &learner.rows {
        body += &chapter(row);
    }
    document(&learner.submission.name, &body)
}

/// The page that leads to all.
pub fn index(slugs: &[&str], learners: &[Learner]) -> String {
    let mut body = String::from("<h1>The class</h1>\n<div class=\"wide\"><table>\n<tr><th>");
    for slug in slugs {
        let chapter = slug.split('-').next().unwrap_or(slug);
        body += &format!("<th scope=\"col\">{}", escaped(chapter));
    }
    body += "<th scope=\"col\">steps\n";
    for learner in learners {
        let name = escaped(&learner.submission.name);
        let page = escaped(&learner.page());
        body += &format!("<tr><th scope=\"row\"><a href=\"{page}\">{name}</a>");
        for row in &learner.rows {
            body += &format!(
                "<td class=\"{}\">{}",
                row.outcome.word(),
                escaped(&row.cell())
            );
        }
        let (passed, steps) = learner.points();
        body += &format!("<td>{passed} of {steps}\n");
    }
    body += "</table></div>\n";
    document("The class", &body)
}

fn document(title: &str, body: &str) -> String {
    format!(
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; \
         style-src 'unsafe-inline'; img-src data:\">\n\
         <title>{}</title>\n<style>\n{STYLE}</style>\n</head>\n<body>\n{body}</body>\n</html>\n",
        escaped(title)
    )
}

fn chapter(row: &Row) -> String {
    let mut out = format!(
        "<section>\n<h2 class=\"{}\">{} <small>{}</small></h2>\n",
        row.outcome.word(),
        escaped(&row.slug),
        escaped(&row.cell())
    );
    if !row.reason.is_empty() {
        out += &format!("<p>{}.</p>\n", escaped(&visible_lines(&row.reason)));
    }
    for note in &row.notes {
        out += &format!("<p>Note: {}.</p>\n", escaped(&visible_lines(note)));
    }
    if !row.compiler.is_empty() {
        let words = escaped(&row.compiler);
        out += &format!("<h3>What the compiler says</h3>\n<pre>{words}</pre>\n");
    }
    for step in row.told["steps"].as_array().into_iter().flatten() {
        out += &self::step(step);
    }
    if let Some(closing) = row.told["closing"].as_str().filter(|_| checked(row)) {
        out += &format!("<pre>{}</pre>\n", escaped(closing.trim()));
    }
    out + "</section>\n"
}

fn checked(row: &Row) -> bool {
    matches!(
        row.outcome,
        Outcome::Passed | Outcome::Skipped | Outcome::Failed | Outcome::Error
    )
}

fn step(step: &Value) -> String {
    let text = |name: &str| escaped(step[name].as_str().unwrap_or_default());
    let mut out = format!(
        "<pre class=\"{}\">{}</pre>\n",
        text("verdict"),
        text("text").trim_end()
    );
    if let Some(picture) = step["picture"].as_str() {
        out += &format!(
            "<p><img alt=\"The page as the browser showed it\" \
             src=\"data:image/png;base64,{}\"></p>\n",
            escaped(picture)
        );
    }
    let transcript = text("transcript");
    if !transcript.is_empty() {
        out += &format!(
            "<details><summary>The conversation: {}</summary>\n<pre>{transcript}</pre>\n\
             </details>\n",
            text("title")
        );
    }
    out
}

/// Lines as a transcript shows them: nothing that steers or hides.
pub fn visible_lines(text: &str) -> String {
    let lines: Vec<String> = text
        .lines()
        .map(|line| {
            let width = line.len() - line.trim_start_matches(' ').len();
            let (indent, rest) = line.split_at(width);
            // A long run, such as the compiler's underlining, stays as it is.
            let shown: String = rest
                .split_inclusive(' ')
                .map(|word| {
                    let plain = word.chars().all(|c| !c.is_control() && c.is_ascii());
                    if plain {
                        word.to_owned()
                    } else {
                        visible::text(word.as_bytes())
                    }
                })
                .collect();
            format!("{indent}{shown}")
        })
        .collect();
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_hides_in_a_line() {
        assert_eq!(visible_lines("  a \u{202e}b\n^^^^"), "  a \\u{202e}b\n^^^^");
    }
}
