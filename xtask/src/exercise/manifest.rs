//! What cargo reads of an exercise: the solution's manifest, in a learner's name.

use super::own_name;

/// The exercise's manifest out of the solution's.
pub fn of(text: &str, slug: &str, has_pages: bool) -> String {
    let mut exercise = format!(
        "# Generated from solutions/{slug} by `cargo xtask exercises`.\n\
         # Work in src/: each `todo!` is a step, and the line above it says what to do.\n"
    );
    if has_pages {
        exercise.push_str("# In a page, each `throw new Error(\"step …\")` is one too.\n");
    }
    let mut in_lints = false;
    for content in text.lines() {
        if content.starts_with('[') {
            in_lints = content == "[lints]";
        }
        if !in_lints {
            exercise.push_str(&own_name(content, slug));
            exercise.push('\n');
        }
    }
    exercise.truncate(exercise.trim_end().len());
    // An unwritten step leaves imports and functions without a use, and that is no mistake.
    exercise.push_str(
        "\n\n[lints.rust]\n\
         unsafe_code = \"forbid\"\n\
         unused = { level = \"allow\", priority = -1 }\n\
         # A future that nobody awaits is a mistake, never a step still to write.\n\
         unused_must_use = \"warn\"\n",
    );
    exercise
}
