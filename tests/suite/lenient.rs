//! Programs that say what they should in other forms: right with `--lenient`, and with
//! it alone.

use checker::{
    chapters,
    check::Check,
    report::{Kind, Verdict},
};

use crate::{mutants, programs, right_programs::script};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn other_forms_pass_with_lenient_alone() {
    for chapter in chapters::ALL {
        let folder = mutants::folder(&programs::root(), chapter).join("right/lenient");
        for file in mutants::files(&folder, "py") {
            let name = file.display();
            let run = match script(&file) {
                Ok(run) => run,
                Err(why) => {
                    eprintln!("skipped: {name}: {why}");
                    continue;
                }
            };
            let _place = mutants::place(chapter).await;
            let strict = programs::check(run);
            let lenient = Check {
                lenient: true,
                ..strict.clone()
            };
            let report = lenient.chapter(chapter, |_| ()).await;
            assert_eq!(report.verdict, Verdict::Passed, "{name}: {report:#?}");
            let report = strict.chapter(chapter, |_| ()).await;
            let mut findings = report.steps.iter().filter_map(|step| step.finding.as_ref());
            let kind = findings.next().map(|finding| finding.kind);
            assert_eq!(kind, Some(Kind::SameMeaning), "{name}: {report:#?}");
        }
    }
}
