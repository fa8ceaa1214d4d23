//! What a submission's Cargo.toml asks for beyond the workbook's.
//!
//! It is read for the sake of a clear word alone: the build uses the workbook's
//! manifest, whatever stands in the learner's.

use std::collections::BTreeSet;

/// Why a submission with this manifest is refused; `None` when it asks for
/// nothing that ours does not have.
pub fn refusal(submitted: &str, ours: &str) -> Option<String> {
    let (submitted, ours) = (asked(submitted), asked(ours));
    if submitted.build_script {
        return Some(
            "its Cargo.toml asks for a build script; none is taken, for it would run before \
             any check"
                .into(),
        );
    }
    let more: Vec<&str> = submitted
        .dependencies
        .difference(&ours.dependencies)
        .map(String::as_str)
        .collect();
    (!more.is_empty()).then(|| {
        format!(
            "its Cargo.toml asks for {}; a chapter is written with the dependencies that its \
             exercise comes with",
            more.join(", ")
        )
    })
}

/// What a manifest asks for.
#[derive(Default)]
struct Asked {
    dependencies: BTreeSet<String>,
    build_script: bool,
}

/// Reads line by line what people write: `name = …` and `name.workspace = true`
/// below a heading, and `[dependencies.name]`.
fn asked(manifest: &str) -> Asked {
    let mut asked = Asked::default();
    let mut heading = Vec::new();
    for line in manifest.lines() {
        let line = line.trim();
        if let Some(inside) = line.strip_prefix('[') {
            let inside = inside.trim_start_matches('[');
            let inside = inside.split(']').next().unwrap_or_default();
            heading = words(inside);
            if let [.., kind, name] = heading.as_slice()
                && kind.ends_with("dependencies")
            {
                asked.dependencies.insert(name.clone());
            }
            continue;
        }
        let Some((key, _)) = line.split_once('=').filter(|_| !line.starts_with('#')) else {
            continue;
        };
        let path: Vec<String> = heading.iter().cloned().chain(words(key)).collect();
        match path.as_slice() {
            [package, build, ..] if package == "package" && build == "build" => {
                asked.build_script = !line.ends_with("false");
            }
            path => {
                let kind = path.iter().position(|word| word.ends_with("dependencies"));
                let name = kind.and_then(|kind| path.get(kind + 1));
                asked.dependencies.extend(name.cloned());
            }
        }
    }
    asked
}

/// The parts of a dotted key, without quotes.
fn words(key: &str) -> Vec<String> {
    let bare = |word: &str| word.trim().trim_matches(['"', '\'']).to_owned();
    key.split('.').map(bare).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const OURS: &str = "[package]\nname = \"x\"\nversion.workspace = true\n\
                        [dependencies]\naxum.workspace = true\ntokio = \"1\"\n\
                        [lints.rust]\nunsafe_code = \"forbid\"\n";

    #[test]
    fn the_workbook_s_own_manifest_asks_for_nothing_more() {
        assert_eq!(refusal(OURS, OURS), None);
        assert_eq!(refusal("", OURS), None);
        assert_eq!(refusal("\u{feff}[[[ not toml ==", OURS), None);
        assert_eq!(
            refusal(&OURS.replace("tokio = \"1\"\n", "# rand = 1\n"), OURS),
            None
        );
    }

    #[test]
    fn each_way_to_ask_for_more_is_seen() {
        for more in [
            "[dependencies]\nrand = \"0.9\"",
            "[dependencies]\nrand.workspace = true",
            "[dependencies]\n\"rand\" = { path = \"../rand\" }",
            "[dependencies.rand]\nversion = \"1\"",
            "[target.'cfg(unix)'.dependencies]\nrand = \"1\"",
            "[build-dependencies]\nrand = \"1\"",
            "[dev-dependencies]\nrand = \"1\"",
            "dependencies.rand = \"1\"",
        ] {
            let manifest = format!("{more}\n{OURS}");
            let said = refusal(&manifest, OURS).unwrap_or_default();
            assert!(said.contains("rand"), "{more}: {said}");
        }
        for script in ["[package]\nbuild = \"b.rs\"", "package.build = \"b.rs\""] {
            let said = refusal(script, OURS).unwrap_or_default();
            assert!(said.contains("build script"), "{script}: {said}");
        }
        assert_eq!(refusal("[package]\nbuild = false", OURS), None);
    }
}
