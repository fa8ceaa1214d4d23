//! `cargo xtask chapter NAME`: the places of a new chapter, each with a first line.

use std::{fs, path::Path, process::ExitCode};

use checker::{capital::capital, chapters};
use clap::Args;

use crate::{out, workspace};

/// Which chapter.
#[derive(Args)]
pub struct Arguments {
    /// Its slug: `ch06-last-event-id`
    name: String,
}

/// Makes the solution, the script and the two pages; the exercise and the snapshots
/// are generated from them.
///
/// # Errors
/// With one line when the name does not do, a place is taken, or one cannot be written;
/// nothing is made then.
pub fn run(arguments: Arguments) -> Result<ExitCode, String> {
    let root = workspace::root()?;
    let slug = arguments.name.as_str();
    let words = slug.split_once('-').filter(|(number, name)| {
        let digits = number.strip_prefix("ch").unwrap_or("");
        digits.len() == 2
            && digits.bytes().all(|byte| byte.is_ascii_digit())
            && !name.is_empty()
            && name
                .bytes()
                .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
    });
    let Some((number, name)) = words else {
        return Err(format!(
            "{slug:?} is no slug; write it like ch06-last-event-id"
        ));
    };
    if let Some(taken) = chapters::ALL.iter().find(|one| one.is_called(number)) {
        return Err(format!(
            "{} is there already; choose another number, or work there",
            taken.slug
        ));
    }
    let title = capital(&name.replace('-', " "));
    let module = slug.replace('-', "_");
    let places = [
        format!("solutions/{slug}"),
        format!("tests/chapters/{module}"),
        format!("book/src/{slug}.md"),
        format!("book/src/fr/{slug}.md"),
    ];
    let [solution, chapter, page, page_fr] = &places;
    let files = [
        (format!("{solution}/Cargo.toml"), manifest(slug)),
        (
            format!("{solution}/src/main.rs"),
            SOLUTION.replace("TITLE", &title),
        ),
        (format!("{chapter}/mod.rs"), script(slug, number, &title)),
        (
            format!("{chapter}/lessons.rs"),
            LESSONS.replace("NUMBER", number),
        ),
        (format!("{solution}/hints.md"), hints(number)),
        (page.clone(), english(slug, &title)),
        (page_fr.clone(), french(slug, &title)),
    ];
    if let Some(taken) = places.iter().find(|place| root.join(place).exists()) {
        return Err(format!(
            "{taken} is there already; choose another name or work there"
        ));
    }
    let written = files
        .iter()
        .try_for_each(|(path, text)| write(&root.join(path), text));
    if let Err(error) = written {
        // Half a chapter would not compile, and stand in the way of the next attempt.
        for place in places.map(|place| root.join(place)) {
            let _ = fs::remove_dir_all(&place).or_else(|_| fs::remove_file(&place));
        }
        return Err(error);
    }
    for (path, _) in &files {
        out::say(&format!("{path}\n"));
    }
    out::say(&format!(
        "\nNow: write the solution, mark its steps, name both pages in book/src/SUMMARY.md; then\n  \
         cargo xtask exercises {number}\n  cargo xtask bless solutions\n"
    ));
    Ok(ExitCode::SUCCESS)
}

fn write(path: &Path, text: &str) -> Result<(), String> {
    let folder = path.parent().unwrap_or(path);
    fs::create_dir_all(folder)
        .and_then(|()| fs::write(path, text))
        .map_err(|error| format!("{}: {error}", path.display()))
}

fn manifest(slug: &str) -> String {
    format!(
        "[package]\nname = \"{slug}-solution\"\nversion.workspace = true\nedition.workspace = true\n\
         rust-version.workspace = true\nlicense.workspace = true\npublish.workspace = true\n\n\
         [dependencies]\n\n[lints]\nworkspace = true\n"
    )
}

fn script(slug: &str, number: &str, title: &str) -> String {
    SCRIPT
        .replace("SLUG", slug)
        .replace("NUMBER", number)
        .replace("TITLE", title)
}

fn hints(number: &str) -> String {
    format!(
        "# Hints for {number}\n\n\
         `cargo xtask hint {number}` tells them one at a time: a question, a pointer, nearly \
         the line.\n\n\
         ## Step 1\n\n1. Who needs to know where the server is?\n2. `println!` writes a line.\n\
         3. `println!(\"Serveur …\");`\n"
    )
}

/// A page's first lines: the link to the other edition, and the title.
fn english(slug: &str, title: &str) -> String {
    format!(
        "<p class=\"edition\"><a href=\"fr/{slug}.html\" hreflang=\"fr\" lang=\"fr\">Français</a></p>\n\n\
         # {title}\n\n## The start line {{#the-start-line}}\n"
    )
}

fn french(slug: &str, title: &str) -> String {
    format!(
        "<p class=\"edition\"><a href=\"../{slug}.html\" hreflang=\"en\" lang=\"en\">English</a></p>\n\n\
         <div lang=\"fr\">\n\n# {title}\n\n## La ligne de démarrage {{#the-start-line}}\n\n</div>\n"
    )
}

const SOLUTION: &str = r#"//! TITLE.

fn main() {
    // ANCHOR: step-1 Say where the server is.
    println!("Serveur en cours d'exécution à http://localhost:3000");
    // ANCHOR_END: step-1
}
"#;

const SCRIPT: &str = r#"//! NUMBER: what this chapter's program says.

mod lessons;

use crate::{
    chapter::{Chapter, Step},
    recorder::{Port, Stage},
};

/// The chapter.
pub const CHAPTER: Chapter = Chapter {
    slug: "SLUG",
    title: "TITLE",
    port: 3000,
    browser: false,
    known: "What a learner knows who has passed it.",
    steps: &[Step {
        name: "start",
        title: "starts, and says where",
        script: |stage| Box::pin(start(stage)),
        lessons: lessons::START,
    }],
};

async fn start(stage: &mut Stage) {
    stage.starts(Port::Given).await;
    stage.logs().await;
}
"#;

const LESSONS: &str = r#"//! What a difference means in NUMBER, and what to do about it; what one
//! means in a start line stands in the checker's `opening`.

use crate::chapter::Lesson;

pub const START: &[Lesson] = &[];
"#;
