//! Where a step is in a learner's file: between what the file still has of the
//! lines that were given around it.

use std::ops::Range;

use similar::{Algorithm, DiffOp, capture_diff_slices};

/// The lines of `theirs` that stand where `given` has the lines of `hole`.
///
/// What was written right beside a hole, such as an attribute above it, counts
/// as part of the step when the given line next to it is gone.
pub fn of(given: &str, hole: &Range<usize>, theirs: &str) -> Range<usize> {
    let given: Vec<&str> = given.lines().collect();
    let theirs: Vec<&str> = theirs.lines().collect();
    // Patience goes by the lines that occur once: a brace is found by its function.
    let kept = capture_diff_slices(Algorithm::Patience, &given, &theirs);
    let kept = kept.iter().filter_map(|op| match *op {
        DiffOp::Equal {
            old_index,
            new_index,
            len,
        } => Some((old_index, new_index, len)),
        _ => None,
    });
    let (mut from, mut to) = (0, theirs.len());
    for (old, new, len) in kept {
        if old < hole.start {
            from = new + len.min(hole.start - old);
        }
        if old + len > hole.end {
            to = to.min(new + hole.end.saturating_sub(old));
        }
    }
    from..to.max(from)
}

/// The lines of a text in a range, line ends included.
pub fn lines(text: &str, range: &Range<usize>) -> String {
    text.split_inclusive('\n')
        .skip(range.start)
        .take(range.len())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const GIVEN: &str = "\
use a::b;

fn one() {
    // Step 1: Do it.
    todo!(\"step 1\")
}

/// The second.
fn two() {
    // Step 2: Do that.
    todo!(\"step 2\")
}
";

    #[test]
    fn finds_a_step_between_the_lines_around_it() {
        let theirs = "\
use a::b;
use c::d;

fn one() {
    if d() {
        b();
    }
}

/// The second.
fn two() {
    // Step 2: Do that.
    {
    }
}
";
        let one = of(GIVEN, &(3..5), theirs);
        assert_eq!(lines(theirs, &one), "    if d() {\n        b();\n    }\n");
        let two = of(GIVEN, &(9..11), theirs);
        assert_eq!(
            lines(theirs, &two),
            "    // Step 2: Do that.\n    {\n    }\n"
        );
    }

    #[test]
    fn an_untouched_step_is_its_own_place() {
        assert_eq!(of(GIVEN, &(3..5), GIVEN), 3..5);
        assert_eq!(of(GIVEN, &(9..11), GIVEN), 9..11);
    }

    #[test]
    fn a_file_of_another_kind_is_all_one_place() {
        assert_eq!(of(GIVEN, &(3..5), "x\ny\n"), 0..2);
        assert_eq!(of(GIVEN, &(3..5), ""), 0..0);
    }

    #[test]
    fn what_was_given_and_taken_away_leaves_an_empty_place() {
        let theirs = GIVEN.replace("    // Step 1: Do it.\n    todo!(\"step 1\")\n", "");
        assert_eq!(of(GIVEN, &(3..5), &theirs), 3..3);
    }
}
