//! `grades.csv`, RFC 4180: one line a learner, safe to open as a spreadsheet.

use super::learner::Learner;

/// The whole file.
pub fn document(slugs: &[&str], learners: &[Learner]) -> String {
    let mut out = line(&header(slugs));
    for learner in learners {
        let mut cells = vec![learner.submission.name.clone()];
        for row in &learner.rows {
            cells.extend([
                row.outcome.word().to_owned(),
                row.passed.to_string(),
                row.steps.to_string(),
            ]);
        }
        let (passed, steps) = learner.points();
        cells.extend([passed.to_string(), steps.to_string(), learner.page()]);
        out += &line(&cells);
    }
    out
}

fn header(slugs: &[&str]) -> Vec<String> {
    let mut cells = vec!["submission".to_owned()];
    for slug in slugs {
        let chapter = slug.split('-').next().unwrap_or(slug);
        let columns = ["", " passed", " steps"];
        cells.extend(columns.map(|end| format!("{chapter}{end}")));
    }
    cells.extend(["passed", "steps", "page"].map(str::to_owned));
    cells
}

fn line(cells: &[String]) -> String {
    let cells: Vec<String> = cells.iter().map(|cell| field(cell)).collect();
    cells.join(",") + "\r\n"
}

/// A field. What a spreadsheet would take for a formula gets an apostrophe before
/// it: a submission's name is its author's choice.
fn field(text: &str) -> String {
    let formula =
        text.trim_start().starts_with(['=', '+', '-', '@']) || text.starts_with(['\t', '\r']);
    let text = format!("{}{text}", if formula { "'" } else { "" });
    // Spreadsheets in French split at `;`.
    if text.contains([',', ';', '"', '\r', '\n']) {
        format!("\"{}\"", text.replace('"', "\"\""))
    } else {
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_field_is_a_field_and_never_a_formula() {
        for (text, expected) in [
            ("ann", "ann"),
            ("O'Hara, Ann", "\"O'Hara, Ann\""),
            ("say \"hi\"", "\"say \"\"hi\"\"\""),
            ("=1+1", "'=1+1"),
            ("@x,\"y\"", "\"'@x,\"\"y\"\"\""),
            ("-2", "'-2"),
            ("two\nlines", "\"two\nlines\""),
        ] {
            assert_eq!(field(text), expected);
        }
    }
}
