//! The hint that was told last, while it is being written down: until it is, the file
//! counts one too few, and a key that is pressed twice would tell the same hint twice.

use std::path::Path;

use checker::chapter::Chapter;
use tokio::{runtime::Handle, task::JoinHandle};

use xtask::progress;

/// See the module.
pub struct Told {
    slug: &'static str,
    step: u32,
    count: usize,
    writing: JoinHandle<()>,
}

impl Told {
    /// So many hints of a step. Writing that down may wait for a disk, and nobody waits
    /// for that; where it cannot be written, the same hint is told again.
    pub fn keeps(root: &Path, chapter: &Chapter, step: u32, count: usize, on: &Handle) -> Self {
        let (root, slug) = (root.to_owned(), chapter.slug);
        let keep = move || drop(progress::keep_hints(&root, slug, step, count));
        Self {
            slug,
            step,
            count,
            writing: on.spawn_blocking(keep),
        }
    }

    /// How many hints of a step have been told, which the file may not say yet.
    pub fn of(last: Option<&Self>, root: &Path, chapter: &Chapter, step: u32) -> usize {
        let is_it = |told: &&Self| {
            (told.slug, told.step) == (chapter.slug, step) && !told.writing.is_finished()
        };
        // Asked before the file is read: what has been written by then stands in it.
        let on_its_way = last.filter(is_it).map_or(0, |told| told.count);
        on_its_way.max(progress::hints(root, chapter.slug, step))
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc;

    use checker::chapters;

    use super::*;

    #[test]
    fn what_is_on_its_way_counts() {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .max_blocking_threads(1)
            .build()
            .unwrap();
        let root = tempfile::tempdir().unwrap();
        let (root, chapter) = (root.path(), &chapters::ALL[0]);
        // The disk is busy until this says so.
        let (is_free, busy) = mpsc::channel::<()>();
        runtime.spawn_blocking(move || busy.recv());
        let mut told = Told::keeps(root, chapter, 1, 1, runtime.handle());
        assert_eq!(progress::hints(root, chapter.slug, 1), 0);
        assert_eq!(Told::of(Some(&told), root, chapter, 1), 1);
        assert_eq!(Told::of(Some(&told), root, chapter, 2), 0);
        drop(is_free);
        runtime.block_on(&mut told.writing).unwrap();
        assert_eq!(Told::of(Some(&told), root, chapter, 1), 1);
        // A reset forgets, and what has been written down is no longer on its way.
        progress::forget(root, chapter.slug);
        assert_eq!(Told::of(Some(&told), root, chapter, 1), 0);
    }
}
