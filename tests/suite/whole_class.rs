//! A class as large as somebody asks for, graded and timed.

use std::{fs, path::Path, time::Instant};

use checker::chapters;

use crate::{
    class::{self, Class},
    grade::{chapter, grade, grades, wrong},
    mutants, programs,
};

/// `GRADE_CLASS=100 cargo xtask test a_whole_class`: every verdict right, and the
/// time that it took. Ten minutes of a small machine: not a part of every run.
#[test]
fn a_whole_class_gets_the_right_verdicts() {
    let Some(size) = std::env::var("GRADE_CLASS")
        .ok()
        .and_then(|size| size.parse().ok())
    else {
        return eprintln!("skipped: GRADE_CLASS names no number of submissions");
    };
    let folder = mutants::target().join("grade-class");
    let _ = fs::remove_dir_all(&folder);
    let class = large_class(&folder.join("class"), size);
    let began = Instant::now();
    let output = grade(
        &class.folder,
        &folder.join("out"),
        &["--chapter", "ch02", "--chapter", "ch04", "--seed", "1"],
    );
    eprintln!("{}", String::from_utf8_lossy(&output.stdout));
    let grades = grades(&folder.join("out"));
    let rows = grades["submissions"]
        .as_array()
        .expect("submissions")
        .iter();
    let rows = rows.flat_map(|one| one["chapters"].as_array().expect("chapters"));
    let waited: u64 = rows.filter_map(|row| row["elapsed_ms"].as_u64()).sum();
    eprintln!(
        "{size} submissions of two chapters in {:.0} s; their checks took {:.0} s together",
        began.elapsed().as_secs_f64(),
        waited as f64 / 1000.0
    );
    let wrong = wrong(&class, &grades);
    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// Each submission another program: right ones, near-misses, broken builds and
/// hostile ones in turn.
fn large_class(folder: &Path, size: usize) -> Class {
    let (near_misses, _) = mutants::all(&programs::root());
    let mut class = Class::new(folder);
    for chapter in [&chapters::ALL[1], chapter()] {
        let wrong: Vec<_> = near_misses
            .iter()
            .filter(|known| known.chapter.slug == chapter.slug && known.as_source().is_some())
            .collect();
        let hostile = [
            "println!(\"Serveur\"); loop {}",
            "loop { println!(\"{}\", \"x\".repeat(1 << 20)); }",
            "std::process::exit(0)",
            "let mut all = vec![]; loop { all.push(vec![1u8; 1 << 20]); if all.len() > 200 { \
             std::thread::sleep(std::time::Duration::from_secs(60)); } }",
            "loop { print!(\"\\x1b[2J\"); }",
        ];
        for number in 0..size {
            let name = format!("learner-{number:03}");
            let turn = number / 10;
            let (mut sources, result, step) = match number % 10 {
                0..=3 => (class::solution(chapter), "passed", None),
                4..=7 => {
                    let near_miss = wrong[(turn * 4 + number % 10 - 4) % wrong.len()];
                    let sources = class::near_miss(near_miss).expect("in Rust");
                    (sources, "failed", Some(near_miss.step.clone()))
                }
                8 => {
                    let broken = class::changed(chapter, "src/lib.rs", |text| {
                        text.replace("Router", "Rooter")
                    });
                    (broken, "does-not-build", None)
                }
                _ => {
                    let body = hostile[turn % hostile.len()];
                    (class::program(chapter, body), "failed", None)
                }
            };
            for (inside, text) in &mut sources {
                if inside == "src/main.rs" {
                    *text += &format!("\n// {name}\n");
                }
            }
            class.submits(&name, chapter, &sources, result);
            class.expects(&name, chapter, result, step);
        }
    }
    class
}
